"""Chapter 2's demonstration data, gathered from its rooms in the order they build on each other."""

from collections.abc import Callable, Iterator

from apps.services.invoices import demo as invoices
from apps.services.invoices import demo_issuing as issued_invoices
from apps.services.procedures import demo as cases


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is seeded, by name."""
    yield "electronic invoices", invoices.seed
    yield "invoices issued here", issued_invoices.seed
    yield "cases at the counter", cases.seed
