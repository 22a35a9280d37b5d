"""Chapter 2's tables, gathered from its rooms."""

from apps.services.agencies.models import Agency, AgencyApplication, AgencyStaff, AnnualReport, ConductRecord
from apps.services.filing.models import DecisionTrace, FigureDispute, ReturnFigure, ReturnLine, VatReturn
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.onenet.models import ListedMatter, TodoState
from apps.services.procedures.deferral import Deferral
from apps.services.regions.models import (
    Forwarding,
    Incoming,
    ReceivedMessage,
    RecognitionConsent,
    RecognitionQuery,
    Region,
    RegionKey,
    RegionMatter,
)

__all__ = [
    "Agency",
    "AgencyApplication",
    "AgencyStaff",
    "AnnualReport",
    "ConductRecord",
    "DecisionTrace",
    "Deferral",
    "FigureDispute",
    "Forwarding",
    "Incoming",
    "Invoice",
    "InvoiceLine",
    "InvoiceOriginal",
    "ListedMatter",
    "ReceivedMessage",
    "RecognitionConsent",
    "RecognitionQuery",
    "Region",
    "RegionKey",
    "RegionMatter",
    "ReturnFigure",
    "ReturnLine",
    "TodoState",
    "VatReturn",
]
