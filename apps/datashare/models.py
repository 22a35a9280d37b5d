"""Chapter 3's tables, gathered from its rooms."""

from apps.datashare.catalogue import models as catalogue

__all__ = [
    "catalogue",
]
