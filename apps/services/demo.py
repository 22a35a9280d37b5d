"""Chapter 2's demonstration data, gathered from its rooms in the order they build on each other."""

from collections.abc import Callable, Iterator

from apps.services.guidance import demo as guidance
from apps.services.invoices import demo as invoices
from apps.services.procedures import demo as cases


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is seeded, by name."""
    yield "electronic invoices", invoices.seed
    yield "cases at the counter", cases.seed
    yield "policies matched and reminders sent", guidance.seed
