"""Chapters 5 and 6: demonstration data, gathered from the rooms in the order they build on each other."""

from collections.abc import Callable, Iterator

from apps.supervision.reports import demo as reports


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is seeded, by name."""
    yield "reports of violations", reports.seed
