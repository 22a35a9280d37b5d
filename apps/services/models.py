"""Chapter 2's tables, gathered from its rooms."""

from apps.services.entitlement.models import (
    Enjoyment,
    EntitlementCheck,
    Finding,
    Match,
    MatchRun,
    MonitorCount,
    PolicyClaim,
)
from apps.services.filing.models import DecisionTrace, FigureDispute, ReturnFigure, ReturnLine, VatReturn
from apps.services.guidance.models import PolicyDesk, Reminder, TopicOptOut
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.procedures.deferral import Deferral

__all__ = [
    "DecisionTrace",
    "Deferral",
    "Enjoyment",
    "EntitlementCheck",
    "FigureDispute",
    "Finding",
    "Invoice",
    "InvoiceLine",
    "InvoiceOriginal",
    "Match",
    "MatchRun",
    "MonitorCount",
    "PolicyClaim",
    "PolicyDesk",
    "Reminder",
    "ReturnFigure",
    "ReturnLine",
    "TopicOptOut",
    "VatReturn",
]
