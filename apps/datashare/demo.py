"""Chapter 3's demonstration data, gathered from its rooms."""

from collections.abc import Callable, Iterator

from apps.datashare.catalogue import demo as catalogue
from apps.datashare.pulls import demo as pulls


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is seeded, by name."""
    yield "catalogue of shared data", catalogue.seed
    yield "sources and pulls", pulls.seed
