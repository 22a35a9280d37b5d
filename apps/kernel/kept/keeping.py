"""Answers a process keeps until the rows they came from change, in whichever process and by whatever way.

The database marks each change in the transaction that makes it, so whoever can see the change sees the new
mark. One look at the mark replaces reading the rows; an answer is never older than its question.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
MOST = 1_000  # answers of one family; beyond this they begin anew
_moment: ContextVar[dict[str, object] | None] = ContextVar("moment", default=None)


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Inside, each family's mark is looked at once: for many decisions of one transaction, taken by the same law."""
    before = _moment.set({})
    try:
        yield
    finally:
        _moment.reset(before)


class Kept:
    """The answers that rest on one family of rows. They are shared: keep only what nobody changes."""

    def __init__(self, family: str) -> None:
        self.family = family
        self._kept: tuple[object, dict[Hashable, object]] = (None, {})

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """The answer kept for ``key``, or what ``read`` finds now. An exception of ``read`` is not kept."""
        mark = self._mark()
        if mark is None:
            return read()
        known, answers = self._kept
        if known != mark or len(answers) >= MOST:
            answers = {}
            self._kept = (mark, answers)  # at once, so that no thread joins an old mark with new answers
        if key not in answers:
            answers[key] = read()
        return answers[key]  # type: ignore[return-value]  # one key is always asked with one kind of answer

    def _mark(self) -> object:
        seen = _moment.get()
        if seen is None:
            return self._asked()
        if self.family not in seen:
            seen[self.family] = self._asked()
        return seen[self.family]

    def _asked(self) -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT value FROM kept_mark WHERE family = %s", [self.family])
            found = cursor.fetchone()
        return found[0] if found else None
