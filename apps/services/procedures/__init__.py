"""One file per matter of Chapter 2 that is only a form, a flow and letters; larger ones have their own room."""

from apps.services.entitlement import checks, claims
from apps.services.filing import procedure as vat_return
from apps.services.procedures import deferral

__all__ = ["checks", "claims", "deferral", "vat_return"]
