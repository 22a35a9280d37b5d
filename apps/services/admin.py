"""Chapter 2 in admin, gathered from its rooms."""

from apps.services.bundles.admin import PartRecordAdmin
from apps.services.filing.admin import FigureDisputeAdmin, VatReturnAdmin
from apps.services.invoices.admin import InvoiceAdmin

__all__ = ["FigureDisputeAdmin", "InvoiceAdmin", "PartRecordAdmin", "VatReturnAdmin"]
