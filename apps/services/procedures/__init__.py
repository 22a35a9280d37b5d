"""One file per matter of Chapter 2 that is only a form, a flow and letters; larger ones have their own room."""

from apps.services.bundles import close_business, flexible_insurance, newborn, property_transfer, start_business
from apps.services.filing import procedure as vat_return
from apps.services.procedures import deferral

__all__ = [
    "close_business",
    "deferral",
    "flexible_insurance",
    "newborn",
    "property_transfer",
    "start_business",
    "vat_return",
]
