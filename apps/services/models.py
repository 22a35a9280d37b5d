"""Chapter 2's tables, gathered from its rooms."""

from apps.services.channels.models import Mailing
from apps.services.filing.models import DecisionTrace, FigureDispute, ReturnFigure, ReturnLine, VatReturn
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.procedures.deferral import Deferral
from apps.services.procedures.filing_extension import FilingExtension
from apps.services.procedures.reduction import Reduction
from apps.services.procedures.refund import RefundClaim
from apps.services.wizard.models import Transcript

__all__ = [
    "DecisionTrace",
    "Deferral",
    "FigureDispute",
    "FilingExtension",
    "Invoice",
    "InvoiceLine",
    "InvoiceOriginal",
    "Mailing",
    "Reduction",
    "RefundClaim",
    "ReturnFigure",
    "ReturnLine",
    "Transcript",
    "VatReturn",
]
