"""Chapter 2 in admin, gathered from its rooms."""

from apps.services.filing.admin import FigureDisputeAdmin, VatReturnAdmin
from apps.services.invoices.admin import InvoiceAdmin
from apps.services.wizard.admin import TranscriptAdmin

__all__ = ["FigureDisputeAdmin", "InvoiceAdmin", "TranscriptAdmin", "VatReturnAdmin"]
