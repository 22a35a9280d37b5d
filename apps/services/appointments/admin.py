"""Appointments in admin: the plan is kept here, bookings and appeals are to read."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.services.appointments.models import Appeal, Booking, Slot, SlotTemplate, WaitingEntry
from apps.services.sites.admin import KeptAdmin


@admin.register(SlotTemplate)
class SlotTemplateAdmin(KeptAdmin):
    list_display = ["site", "line", "begins", "ends", "public_places", "internal_places", "valid_from", "valid_to"]
    list_filter = ["line"]
    list_select_related = ["site", "line"]
    search_fields = ["site__name", "site__code"]


@admin.register(Slot)
class SlotAdmin(ReadOnlyAdmin):
    list_display = [
        "site",
        "line",
        "starts_at",
        "public_capacity",
        "public_remaining",
        "internal_capacity",
        "internal_remaining",
    ]
    list_filter = ["line"]
    list_select_related = ["site", "line"]
    search_fields = ["site__name", "site__code"]
    date_hierarchy = "day"


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ["ref", "slot", "party", "state", "pool", "channel", "created_at"]
    list_filter = ["state", "pool", "channel"]
    list_select_related = ["slot__site", "slot__line", "party"]
    search_fields = ["ref"]
    date_hierarchy = "day"


@admin.register(WaitingEntry)
class WaitingEntryAdmin(ReadOnlyAdmin):
    list_display = ["site", "line", "day", "half", "party", "state", "created_at"]
    list_filter = ["state", "line"]
    list_select_related = ["site", "line", "party"]
    search_fields = ["ref", "site__name"]


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ["booking", "at", "state", "decided_by", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["booking__slot__site", "booking__slot__line", "decided_by"]
    search_fields = ["booking__ref"]
