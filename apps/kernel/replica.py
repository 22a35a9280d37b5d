"""Reads that may be some seconds old, from a replica where there is one (只读副本): statistics, public pages, exports.

Only what is marked goes there, and never while a transaction is open: whoever is about to write sees what is true now.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DEFAULT_DB_ALIAS

ALIAS = "replica"
_marked: ContextVar[bool] = ContextVar("reads from the replica", default=False)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Mark what is read inside, in a ``with`` or as a decorator, as good enough when some seconds old."""
    before = _marked.set(True)
    try:
        yield
    finally:
        _marked.reset(before)


def connection() -> BaseDatabaseWrapper:
    """The connection for a statement of one's own."""
    return connections[_alias()]


def _alias() -> str:
    fit = _marked.get() and ALIAS in connections and not connections[DEFAULT_DB_ALIAS].in_atomic_block
    return ALIAS if fit else DEFAULT_DB_ALIAS


class Router:
    """Sends marked reads to the replica and everything else to the main database, rows first read there included."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        return _alias()

    def db_for_write(self, model: type, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: object, other: object, **hints: Any) -> bool:
        """Both are rows of the same database, wherever they were read."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == ALIAS else None
