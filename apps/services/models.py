"""Chapter 2's tables, gathered from its rooms."""

from apps.services.bundles.models import PartRecord
from apps.services.bundles.start_business import BusinessStart
from apps.services.filing.models import DecisionTrace, FigureDispute, ReturnFigure, ReturnLine, VatReturn
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.procedures.deferral import Deferral

__all__ = [
    "BusinessStart",
    "DecisionTrace",
    "Deferral",
    "FigureDispute",
    "Invoice",
    "InvoiceLine",
    "InvoiceOriginal",
    "PartRecord",
    "ReturnFigure",
    "ReturnLine",
    "VatReturn",
]
