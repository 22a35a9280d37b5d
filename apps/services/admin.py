"""Chapter 2 in admin, gathered from its rooms."""

from apps.services.filing.admin import FigureDisputeAdmin, ReturnAdmin, SourceDetailAdmin
from apps.services.appointments.admin import AppealAdmin, BookingAdmin, SlotAdmin, SlotTemplateAdmin, WaitingEntryAdmin
from apps.services.filing.admin import FigureDisputeAdmin, VatReturnAdmin
from apps.services.invoices.admin import InvoiceAdmin
from apps.services.sites.admin import BusinessLineAdmin, SiteAdmin

__all__ = ["FigureDisputeAdmin", "InvoiceAdmin", "ReturnAdmin", "SourceDetailAdmin"]
__all__ = [
    "AppealAdmin",
    "BookingAdmin",
    "BusinessLineAdmin",
    "FigureDisputeAdmin",
    "InvoiceAdmin",
    "SiteAdmin",
    "SlotAdmin",
    "SlotTemplateAdmin",
    "VatReturnAdmin",
    "WaitingEntryAdmin",
]
