"""Chapter 2 in admin, gathered from its rooms."""

from apps.services.entitlement.admin import EnjoymentAdmin, FindingAdmin, MatchRunAdmin
from apps.services.filing.admin import FigureDisputeAdmin, VatReturnAdmin
from apps.services.guidance.admin import PolicyDeskAdmin, ReminderAdmin
from apps.services.invoices.admin import InvoiceAdmin

__all__ = [
    "EnjoymentAdmin",
    "FigureDisputeAdmin",
    "FindingAdmin",
    "InvoiceAdmin",
    "MatchRunAdmin",
    "PolicyDeskAdmin",
    "ReminderAdmin",
    "VatReturnAdmin",
]
