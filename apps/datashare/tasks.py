"""Chapter 3's scheduled work, gathered from its rooms for Celery to find."""

from apps.datashare.adhoc import tasks as adhoc
from apps.datashare.catalogue import tasks as catalogue
from apps.datashare.corrections import tasks as corrections
from apps.datashare.pulls import tasks as pulls
from apps.datashare.quality import tasks as quality
from apps.datashare.requests import tasks as requests
from apps.datashare.supply import tasks as supply
from apps.datashare.use import tasks as use

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
