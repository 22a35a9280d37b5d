"""Chapter 2's tables, gathered from its rooms."""

from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.procedures.deferral import Deferral

__all__ = ["Deferral", "Invoice", "InvoiceLine", "InvoiceOriginal"]
