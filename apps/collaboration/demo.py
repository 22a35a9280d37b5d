"""Chapter 4's demonstration data, gathered from its rooms."""

from collections.abc import Callable, Iterator

from apps.collaboration.delegated import demo as delegated
from apps.collaboration.fees import demo as fees


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is seeded, by name."""
    yield "fee sources", fees.seed
    yield "delegated collection", delegated.seed
