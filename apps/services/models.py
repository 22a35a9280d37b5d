"""Chapter 2's tables, gathered from its rooms."""

from apps.services.filing.models import (
    BatchItem,
    DecisionTrace,
    FigureDispute,
    FilingBatch,
    Return,
    ReturnAmount,
    ReturnFigure,
    ReturnLine,
    SourceDetail,
)
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.procedures.deferral import Deferral

__all__ = [
    "BatchItem",
    "DecisionTrace",
    "Deferral",
    "FigureDispute",
    "FilingBatch",
    "Invoice",
    "InvoiceLine",
    "InvoiceOriginal",
    "Return",
    "ReturnAmount",
    "ReturnFigure",
    "ReturnLine",
    "SourceDetail",
]
