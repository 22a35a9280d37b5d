"""What a taxpayer needs to do (待办): each room adds its own source, the home page shows them together (Art 6)."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock


@dataclass(frozen=True)
class Todo:
    """One thing to do. ``kind`` says what it is about: ``case``, ``pay``, ``file``, ``mandate`` or ``message``."""

    title: str
    url: str
    kind: str
    due: dt.date | None = None
    note: str = ""

    @property
    def overdue(self) -> bool:
        """Whether the due date has passed."""
        return self.due is not None and self.due < clock.today()

    @property
    def days_left(self) -> int | None:
        """Calendar days until it is due; negative once overdue."""
        return None if self.due is None else (self.due - clock.today()).days


Source = Callable[[Actor], Iterable[Todo]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source, usually from ``AppConfig.ready``; it answers with a fixed number of queries."""
    if source not in _sources:
        _sources.append(source)
    return source


def for_actor(actor: Actor) -> list[Todo]:
    """Everything the actor's taxpayer needs to do, soonest first, undated last."""
    found = [todo for source in _sources for todo in source(actor)]
    return sorted(found, key=lambda todo: (todo.due is None, todo.due or dt.date.max, todo.title))
