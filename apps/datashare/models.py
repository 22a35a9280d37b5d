"""Chapter 3's tables, gathered from its rooms."""

from apps.datashare.catalogue import models as catalogue
from apps.datashare.pulls import models as pulls

__all__ = [
    "catalogue",
    "pulls",
]
