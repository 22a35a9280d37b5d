"""Chapter 2's tables, gathered from its rooms."""

from apps.services.procedures.deferral import Deferral

__all__ = ["Deferral"]
