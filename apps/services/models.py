"""Chapter 2's tables, gathered from its rooms."""

from apps.services.filing.models import DecisionTrace, FigureDispute, ReturnFigure, ReturnLine, VatReturn
from apps.services.invoices.models import (
    ArchivedInvoice,
    ArchivePackage,
    Invoice,
    InvoiceIssue,
    InvoiceLine,
    InvoiceOriginal,
    InvoiceReceipt,
    PurposeConfirmation,
    QuotaAdjustment,
    QuotaGrant,
    QuotaMonth,
    ReceivedFile,
    ReceivedInvoice,
    RedLetter,
    RedLetterLine,
    UseMark,
)
from apps.services.procedures.deferral import Deferral

__all__ = [
    "ArchivePackage",
    "ArchivedInvoice",
    "DecisionTrace",
    "Deferral",
    "FigureDispute",
    "Invoice",
    "InvoiceIssue",
    "InvoiceLine",
    "InvoiceOriginal",
    "InvoiceReceipt",
    "PurposeConfirmation",
    "QuotaAdjustment",
    "QuotaGrant",
    "QuotaMonth",
    "ReceivedFile",
    "ReceivedInvoice",
    "RedLetter",
    "RedLetterLine",
    "ReturnFigure",
    "ReturnLine",
    "UseMark",
    "VatReturn",
]
