"""Chapter 2 in admin, gathered from its rooms."""

from apps.services.channels.admin import MailingAdmin
from apps.services.filing.admin import FigureDisputeAdmin, VatReturnAdmin
from apps.services.invoices.admin import InvoiceAdmin
from apps.services.wizard.admin import TranscriptAdmin

__all__ = ["FigureDisputeAdmin", "InvoiceAdmin", "MailingAdmin", "TranscriptAdmin", "VatReturnAdmin"]
