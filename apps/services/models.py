"""Chapter 2's tables, gathered from its rooms."""

from apps.services.appointments.models import Appeal, Booking, Release, Slot, SlotTemplate, WaitingEntry
from apps.services.assistance.models import HomeVisit, NeedsProfile, VisitTeam
from apps.services.filing.models import DecisionTrace, FigureDispute, ReturnFigure, ReturnLine, VatReturn
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.procedures.deferral import Deferral
from apps.services.queue.models import Kiosk, Shift, Ticket, TicketEvent
from apps.services.sites.models import BusinessLine, OpeningHours, Site, SiteMatter, Window

__all__ = [
    "Appeal",
    "Booking",
    "BusinessLine",
    "DecisionTrace",
    "Deferral",
    "FigureDispute",
    "HomeVisit",
    "Invoice",
    "InvoiceLine",
    "InvoiceOriginal",
    "Kiosk",
    "NeedsProfile",
    "OpeningHours",
    "Release",
    "ReturnFigure",
    "ReturnLine",
    "Shift",
    "Site",
    "SiteMatter",
    "Slot",
    "SlotTemplate",
    "Ticket",
    "TicketEvent",
    "VatReturn",
    "VisitTeam",
    "WaitingEntry",
    "Window",
]
