"""Chapter 3's demonstration data, gathered from its rooms."""

from collections.abc import Callable, Iterator

from apps.datashare.adhoc import demo as adhoc
from apps.datashare.catalogue import demo as catalogue
from apps.datashare.corrections import demo as corrections
from apps.datashare.pulls import demo as pulls
from apps.datashare.quality import demo as quality
from apps.datashare.requests import demo as requests
from apps.datashare.supply import demo as supply
from apps.datashare.use import demo as use


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is seeded, by name."""
    yield "catalogue of shared data", catalogue.seed
    yield "requests for shared data", requests.seed
    yield "consultations on data", adhoc.seed
    yield "standing supply of data", supply.seed
    yield "use of shared data", use.seed
    yield "sources and pulls", pulls.seed
    yield "corrections of data", corrections.seed
    yield "assessments of shared data", quality.seed
