"""Fee sources in admin: duties to keep, the rest to read."""

from django.contrib import admin

from apps.collaboration.fees.models import Feedback, FeeDelivery, FeeDuty, FeeSource
from apps.kernel.readonly import ReadOnly


@admin.register(FeeDuty)
class FeeDutyAdmin(admin.ModelAdmin):
    list_display = ["office", "levy"]
    search_fields = ["office__name", "levy__name"]
    list_select_related = ["office", "levy"]
    list_filter = ["office"]


@admin.register(FeeDelivery)
class FeeDeliveryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "office", "state", "control_count", "control_total", "received_at"]
    list_filter = ["state", "office"]
    search_fields = ["ref"]


@admin.register(FeeSource)
class FeeSourceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "office", "levy", "amount", "state", "due"]
    list_filter = ["state", "office", "levy"]
    search_fields = ["number", "ref"]


@admin.register(Feedback)
class FeedbackAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "source", "amount", "total", "collected_on", "at"]
    list_filter = ["office"]
    search_fields = ["source__number"]
