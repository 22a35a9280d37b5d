"""The tables of the invoice room, one file a subject."""

from apps.services.invoices.models.archiving import ArchivedInvoice, ArchivePackage, UseMark
from apps.services.invoices.models.invoices import Invoice, InvoiceLine, InvoiceOriginal, PurposeConfirmation
from apps.services.invoices.models.issuing import InvoiceIssue, QuotaAdjustment, QuotaGrant, QuotaMonth
from apps.services.invoices.models.receiving import ReceivedFile, ReceivedInvoice, InvoiceReceipt
from apps.services.invoices.models.red_letters import RedLetter, RedLetterLine

__all__ = [
    "ArchivePackage",
    "ArchivedInvoice",
    "Invoice",
    "InvoiceLine",
    "InvoiceOriginal",
    "InvoiceIssue",
    "PurposeConfirmation",
    "QuotaAdjustment",
    "QuotaGrant",
    "QuotaMonth",
    "InvoiceReceipt",
    "ReceivedFile",
    "ReceivedInvoice",
    "RedLetter",
    "RedLetterLine",
    "UseMark",
]
