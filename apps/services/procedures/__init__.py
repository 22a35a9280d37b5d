"""One file per matter of Chapter 2 that is only a form, a flow and letters; larger ones have their own room."""

from apps.services.assistance import visits as home_visit
from apps.services.filing import procedure as returns
from apps.services.procedures import agency_registration, deferral
from apps.services.regions import procedure as regions

__all__ = ["agency_registration", "deferral", "home_visit", "regions", "returns"]
