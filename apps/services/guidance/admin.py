"""Special windows for key policies in admin: the one list of guidance that staff keep there."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.services.guidance.models import PolicyDesk, Reminder


@admin.register(PolicyDesk)
class PolicyDeskAdmin(admin.ModelAdmin):
    list_display = ["policy", "office", "window", "officer", "phone", "hours"]
    list_filter = ["office"]
    list_select_related = ["policy", "office"]
    search_fields = ["policy__code", "policy__name", "office__name", "officer"]


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ["policy", "run", "at", "opened_at"]
    list_filter = ["at", "opened_at"]
    list_select_related = ["policy", "run"]
    search_fields = ["policy__code", "run__ref"]
