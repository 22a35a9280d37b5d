"""What rooms add to the page of a case: each part is a template and what it shows, or nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor


@dataclass(frozen=True)
class Part:
    """A section of the case page."""

    template: str
    data: Any


Source = Callable[[Case, Actor], Part | None]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source, usually from ``AppConfig.ready``; the case is one the actor may see."""
    if source not in _sources:
        _sources.append(source)
    return source


def of(case: Case, actor: Actor) -> Iterator[Part]:
    """Every part there is for this reader."""
    return (part for source in _sources if (part := source(case, actor)) is not None)
