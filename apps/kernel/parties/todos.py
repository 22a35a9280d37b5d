"""What a taxpayer needs to do (待办): each room adds its own source, the home page shows them together (Art 6).

The answer is kept for a minute, because people come back to their home page far more often than their
to-dos change. A room that changes one says so with ``changed``, and the next look is fresh.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.core.cache import caches
from django.db import connection, transaction
from django.utils import translation
from django.utils.connection import ConnectionProxy

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock

T = TypeVar("T")
KEPT_FOR = 60  # seconds: how old the answer may be when a change went untold
EVERYBODY = "todos-told/everybody"
MANY = 1_000  # taxpayers changed at once, from which everybody is told instead of each of them


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


_spare = ConnectionProxy(caches, "kept")
Source = Callable[[Actor], Iterable[Todo]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source, usually from ``AppConfig.ready``; it answers with a fixed number of queries."""
    if source not in _sources:
        _sources.append(source)
    return source


def for_actor(actor: Actor) -> list[Todo]:
    """Everything the actor's taxpayer needs to do, soonest first, undated last; at most a minute old."""
    return kept(actor, "todos", lambda: _read(actor))


def kept(actor: Actor, what: str, read: Callable[[], T]) -> T:
    """What a page tells of the actor's taxpayer, kept under a name of its own like the to-dos."""
    if actor.party is None or connection.in_atomic_block:  # a transaction sees what it has changed itself
        return read()
    told, held = _told_key(actor.party.pk), _kept_key(what, actor, actor.party)
    found = _spare.get_many([told, EVERYBODY, held])
    # A change told while an answer was being read makes that answer stale: it carries the marks it began with.
    mark = (found.get(told), found.get(EVERYBODY), clock.today())
    if held in found and found[held][0] == mark:
        return found[held][1]
    answer = read()
    _spare.set(held, (mark, answer), KEPT_FOR)
    return answer


def changed(party: Party | None) -> None:
    """Tell, once the transaction stands, that what this taxpayer needs to do may have changed."""
    if party is not None:
        changed_for([party.pk])


def changed_for(parties: Iterable[int]) -> None:
    """The same for many taxpayers, named by their ids, told in one go.

    A delivery for ten thousand makes one mark stale, which everybody's kept answers carry: all are read anew once.
    """
    keys = frozenset(_told_key(party) for party in parties)
    marks = _Marks(keys if len(keys) < MANY else frozenset({EVERYBODY}))
    if marks.keys and not any(getattr(waiting[1], "__self__", None) == marks for waiting in connection.run_on_commit):
        transaction.on_commit(marks.renew, robust=True)


@dataclass(frozen=True)
class _Marks:
    """Marks that kept answers carry; a transaction renews the same ones once, however often it changes them."""

    keys: frozenset[str]

    def renew(self) -> None:
        """Fresh marks, which no kept answer carries."""
        _spare.set_many({key: secrets.token_hex(8) for key in self.keys}, KEPT_FOR)


def _read(actor: Actor) -> list[Todo]:
    found = [todo for source in _sources for todo in source(actor)]
    return sorted(found, key=lambda todo: (todo.due is None, todo.due or dt.date.max, todo.title))


def _told_key(party: int) -> str:
    return f"todos-told/{party}"


def _kept_key(what: str, actor: Actor, party: Party) -> str:
    scope = actor.mandate.pk if actor.mandate else actor.draft or "own"
    reader = actor.user.pk if actor.user else "nobody"
    return f"{what}/{party.pk}/{scope}/{reader}/{translation.get_language()}"
