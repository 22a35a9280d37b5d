"""Chapter 4's demonstration data, gathered from its rooms."""

from collections.abc import Callable, Iterator

from apps.collaboration.banks import demo as banks
from apps.collaboration.courts import demo as courts
from apps.collaboration.fees import demo as fees


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is seeded, by name."""
    yield "fee sources", fees.seed
    yield "accounts", banks.seed
    yield "judicial matters", courts.seed
