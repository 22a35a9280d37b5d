"""Chapter 3's tables, gathered from its rooms."""

from apps.datashare.adhoc import models as adhoc
from apps.datashare.catalogue import models as catalogue
from apps.datashare.corrections import models as corrections
from apps.datashare.pulls import models as pulls
from apps.datashare.quality import models as quality
from apps.datashare.requests import models as requests
from apps.datashare.supply import models as supply
from apps.datashare.use import models as use

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
