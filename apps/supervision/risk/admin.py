"""Risk management in admin: to look at; weights and thresholds change under the legal parameters, by two people."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.supervision.risk.models import RiskOutcome, RiskRun, RiskTask


@admin.register(RiskRun)
class RiskRunAdmin(ReadOnlyAdmin):
    list_display = ["ref", "on", "state", "total", "done", "found", "queued", "opened", "started_at"]
    list_filter = ["state"]
    search_fields = ["ref"]


@admin.register(RiskTask)
class RiskTaskAdmin(ReadOnlyAdmin):
    list_display = ["id", "office", "kind", "level", "score", "case"]
    list_filter = ["kind", "level"]
    search_fields = ["case__number"]
    list_select_related = ["office", "case"]


@admin.register(RiskOutcome)
class RiskOutcomeAdmin(ReadOnlyAdmin):
    list_display = ["case", "indicator", "verdict", "at"]
    list_filter = ["verdict", "indicator"]
    search_fields = ["case__number"]
    list_select_related = ["case"]
