"""Chapter 2's tables, gathered from its rooms."""

from apps.services.bundles.close_business import BusinessClosure
from apps.services.bundles.flexible_insurance import FlexibleInsurance
from apps.services.bundles.models import PartRecord
from apps.services.bundles.newborn import Newborn
from apps.services.bundles.property_transfer import PropertyTransfer
from apps.services.bundles.start_business import BusinessStart
from apps.services.filing.models import DecisionTrace, FigureDispute, ReturnFigure, ReturnLine, VatReturn
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.procedures.deferral import Deferral

__all__ = [
    "BusinessClosure",
    "BusinessStart",
    "DecisionTrace",
    "Deferral",
    "FigureDispute",
    "FlexibleInsurance",
    "Invoice",
    "InvoiceLine",
    "InvoiceOriginal",
    "Newborn",
    "PartRecord",
    "PropertyTransfer",
    "ReturnFigure",
    "ReturnLine",
    "VatReturn",
]
