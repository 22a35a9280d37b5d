"""One file per matter of Chapter 2 that is only a form, a flow and letters; larger ones have their own room."""

from apps.services.assistance import visits as home_visit
from apps.services.bundles import close_business, flexible_insurance, newborn, property_transfer, start_business
from apps.services.entitlement import checks, claims
from apps.services.filing import procedure as returns
from apps.services.invoices import quota_adjustment
from apps.services.procedures import agency_registration, deferral, filing_extension, reduction, refund
from apps.services.regions import procedure as regions

__all__ = [
    "agency_registration",
    "checks",
    "claims",
    "close_business",
    "deferral",
    "filing_extension",
    "flexible_insurance",
    "home_visit",
    "newborn",
    "property_transfer",
    "quota_adjustment",
    "reduction",
    "refund",
    "regions",
    "returns",
    "start_business",
]
