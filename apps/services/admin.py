"""Chapter 2 in admin, gathered from its rooms."""

from apps.services.filing.admin import FigureDisputeAdmin, ReturnAdmin, SourceDetailAdmin
from apps.services.invoices.admin import InvoiceAdmin

__all__ = ["FigureDisputeAdmin", "InvoiceAdmin", "ReturnAdmin", "SourceDetailAdmin"]
