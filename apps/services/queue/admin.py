"""The queue in admin: ticket machines are kept here; tickets and windows change only at the counter."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.kernel.readonly import ReadOnly, ReadOnlyAdmin
from apps.services.queue.models import Kiosk, Shift, Ticket, TicketEvent
from apps.services.sites.admin import KeptAdmin


@admin.register(Kiosk)
class KioskAdmin(KeptAdmin):
    list_display = ["label", "site", "active"]
    list_filter = ["active"]
    search_fields = ["label", "site__name"]
    readonly_fields = ["key"]
    raw_id_fields = ["site"]


class EventInline(ReadOnly, admin.TabularInline):
    model = TicketEvent
    fields = ["at", "action", "source", "target", "window", "by", "reason"]


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ["number", "day", "site", "line", "kind", "state", "window"]
    list_filter = ["state", "kind", "site"]
    date_hierarchy = "day"
    exclude = ["party", "booking", "code"]
    list_select_related = ["site", "line", "window"]
    inlines = [EventInline]

    @admin.display(description=_("号码"), ordering="serial")
    def number(self, ticket: Ticket) -> str:
        return ticket.number


@admin.register(Shift)
class ShiftAdmin(ReadOnlyAdmin):
    list_display = ["window", "clerk", "opened_at", "closed_at"]
    list_filter = ["window__site"]
    list_select_related = ["window__site", "clerk"]
