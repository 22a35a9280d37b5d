"""Chapter 3 in admin, gathered from its rooms."""

from apps.datashare.catalogue import admin as catalogue
from apps.datashare.pulls import admin as pulls

__all__ = ["catalogue", "pulls"]
