"""Chapter 2's tables, gathered from its rooms."""

from apps.services.assistance.models import HomeVisit, NeedsProfile, VisitTeam
from apps.services.appointments.models import Appeal, Booking, Release, Slot, SlotTemplate, WaitingEntry
from apps.services.filing.models import DecisionTrace, FigureDispute, ReturnFigure, ReturnLine, VatReturn
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.procedures.deferral import Deferral
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
    "NeedsProfile",
    "OpeningHours",
    "Release",
    "ReturnFigure",
    "ReturnLine",
    "Site",
    "SiteMatter",
    "Slot",
    "SlotTemplate",
    "VatReturn",
    "VisitTeam",
    "WaitingEntry",
    "Window",
]
