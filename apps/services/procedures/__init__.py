"""One file per matter of Chapter 2 that is only a form, a flow and letters; larger ones have their own room."""

from apps.services.filing import procedure as vat_return
from apps.services.procedures import deferral, filing_extension, reduction, refund

__all__ = ["deferral", "filing_extension", "reduction", "refund", "vat_return"]
