"""Chapter 3 in admin, gathered from its rooms."""

from apps.datashare.catalogue import admin as catalogue

__all__ = ["catalogue"]
