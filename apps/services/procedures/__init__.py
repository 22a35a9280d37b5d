"""One file per matter of Chapter 2 that is only a form, a flow and letters; larger ones have their own room."""

from apps.services.assistance import visits as home_visit
from apps.services.filing import procedure as returns
from apps.services.procedures import deferral

__all__ = ["deferral", "home_visit", "returns"]
