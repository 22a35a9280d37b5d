"""The tables of the invoice room, one file a subject."""

from apps.services.invoices.models.archiving import ArchivedInvoice, ArchivePackage, UseMark
from apps.services.invoices.models.invoices import Invoice, InvoiceLine, InvoiceOriginal, PurposeConfirmation
from apps.services.invoices.models.issuing import InvoiceIssue, QuotaAdjustment, QuotaGrant, QuotaMonth
from apps.services.invoices.models.receiving import InvoiceReceipt, ReceivedFile, ReceivedInvoice
from apps.services.invoices.models.red_letters import RedLetter, RedLetterLine

__all__ = [
    "ArchivePackage",
    "ArchivedInvoice",
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
    "UseMark",
]
