"""Chapter 2 in admin, gathered from its rooms."""

from apps.services.agencies.admin import AgencyAdmin
from apps.services.filing.admin import FigureDisputeAdmin, VatReturnAdmin
from apps.services.invoices.admin import InvoiceAdmin

__all__ = ["AgencyAdmin", "FigureDisputeAdmin", "InvoiceAdmin", "VatReturnAdmin"]
