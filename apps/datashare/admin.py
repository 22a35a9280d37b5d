"""Chapter 3 in admin, gathered from its rooms."""

from apps.datashare.adhoc import admin as adhoc
from apps.datashare.catalogue import admin as catalogue
from apps.datashare.corrections import admin as corrections
from apps.datashare.pulls import admin as pulls
from apps.datashare.quality import admin as quality
from apps.datashare.requests import admin as requests
from apps.datashare.supply import admin as supply
from apps.datashare.use import admin as use

__all__ = [
    "adhoc",
    "catalogue",
    "corrections",
    "pulls",
    "quality",
    "requests",
    "supply",
    "use",
]
