"""Chapter 2's tables, gathered from its rooms."""

from apps.services.appointments.models import Appeal, Booking, Release, Slot, SlotTemplate, WaitingEntry
from apps.services.assistance.models import HomeVisit, NeedsProfile, VisitTeam
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
from apps.services.queue.models import Kiosk, Shift, Ticket, TicketEvent
from apps.services.sites.models import BusinessLine, OpeningHours, Site, SiteMatter, Window

__all__ = [
    "Appeal",
    "BatchItem",
    "Booking",
    "BusinessLine",
    "DecisionTrace",
    "Deferral",
    "FigureDispute",
    "FilingBatch",
    "HomeVisit",
    "Invoice",
    "InvoiceLine",
    "InvoiceOriginal",
    "Kiosk",
    "NeedsProfile",
    "OpeningHours",
    "Release",
    "Return",
    "ReturnAmount",
    "ReturnFigure",
    "ReturnLine",
    "Shift",
    "Site",
    "SiteMatter",
    "Slot",
    "SlotTemplate",
    "SourceDetail",
    "Ticket",
    "TicketEvent",
    "VisitTeam",
    "WaitingEntry",
    "Window",
]
