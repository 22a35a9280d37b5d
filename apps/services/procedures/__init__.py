"""One file per matter of Chapter 2 that is only a form, a flow and letters."""

from apps.services.procedures import deferral

__all__ = ["deferral"]
