"""Chapter 2 in admin, gathered from its rooms."""

from apps.services.appointments.admin import AppealAdmin, BookingAdmin, SlotAdmin, SlotTemplateAdmin, WaitingEntryAdmin
from apps.services.assistance.admin import HomeVisitAdmin, VisitTeamAdmin
from apps.services.filing.admin import FigureDisputeAdmin, VatReturnAdmin
from apps.services.invoices.admin import InvoiceAdmin
from apps.services.queue.admin import KioskAdmin, ShiftAdmin, TicketAdmin
from apps.services.sites.admin import BusinessLineAdmin, SiteAdmin

__all__ = [
    "AppealAdmin",
    "BookingAdmin",
    "BusinessLineAdmin",
    "FigureDisputeAdmin",
    "HomeVisitAdmin",
    "InvoiceAdmin",
    "KioskAdmin",
    "ShiftAdmin",
    "SiteAdmin",
    "SlotAdmin",
    "SlotTemplateAdmin",
    "TicketAdmin",
    "VatReturnAdmin",
    "VisitTeamAdmin",
    "WaitingEntryAdmin",
]
