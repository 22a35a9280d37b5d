"""Chapter 4's demonstration data, gathered from its rooms."""

from collections.abc import Callable, Iterator

from apps.collaboration.fees import demo as fees
from apps.collaboration.insurance import demo as insurance


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is seeded, by name."""
    yield "fee sources", fees.seed
    yield "social insurance", insurance.seed
