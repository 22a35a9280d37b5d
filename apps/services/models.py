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
from apps.services.appointments.models import Appeal, Booking, Release, Slot, SlotTemplate, WaitingEntry
from apps.services.filing.models import DecisionTrace, FigureDispute, ReturnFigure, ReturnLine, VatReturn
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.procedures.deferral import Deferral
from apps.services.sites.models import BusinessLine, OpeningHours, Site, SiteMatter, Window

__all__ = [
    "BatchItem",
    "Appeal",
    "Booking",
    "BusinessLine",
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
    "OpeningHours",
    "Release",
    "ReturnFigure",
    "ReturnLine",
    "Site",
    "SiteMatter",
    "Slot",
    "SlotTemplate",
    "VatReturn",
    "WaitingEntry",
    "Window",
]
