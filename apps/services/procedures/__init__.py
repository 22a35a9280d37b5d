"""One file per matter of Chapter 2 that is only a form, a flow and letters; larger ones have their own room."""

from apps.services.filing import procedure as vat_return
from apps.services.invoices import quota_adjustment
from apps.services.procedures import deferral

__all__ = ["deferral", "quota_adjustment", "vat_return"]
