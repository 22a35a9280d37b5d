"""Joint inspections and the regulator's messages in admin: to look at."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.supervision.joint.models import JointInspection, MarketSignal


@admin.register(JointInspection)
class JointInspectionAdmin(ReadOnlyAdmin):
    list_display = ["ref", "title", "lead", "state", "sample", "committed_at", "drawn_at", "closed_at"]
    list_filter = ["state"]
    list_select_related = ["lead"]
    search_fields = ["ref", "title"]
    exclude = ["seed"]  # secret until the draw


@admin.register(MarketSignal)
class MarketSignalAdmin(ReadOnlyAdmin):
    list_display = ["ref", "number", "kind", "code", "name", "on", "case"]
    list_filter = ["kind"]
    list_select_related = ["case"]
    search_fields = ["ref", "number", "code", "name"]
