"""Time limits of procedures as dated law (办理时限): one door for every clock."""

import datetime as dt
from dataclasses import dataclass

from apps.kernel.kept.keeping import Kept
from apps.kernel.rules import parameters
from apps.kernel.rules.models import Parameter
from apps.kernel.rules.values import FIXED, TermValue
from apps.kernel.workcalendar import deadlines

PREFIX = "clock."
_kept = Kept("law")


@dataclass(frozen=True)
class Term:
    """A time limit in force: ``term`` units, its legal source and how far it can be trusted.

    ``note`` says what the numbers cannot. ``term`` is 0 with unit ``fixed`` for a limit that no calendar can
    count ("the date the court sets"): then ``note`` is the limit.
    """

    code: str
    title: str
    term: int
    unit: str
    source: str
    confidence: str
    pending: bool
    note: str

    @property
    def label(self) -> str:
        """The limit in words."""
        return self.note if self.unit == FIXED else deadlines.label(self.term, self.unit)


def term(code: str, on: dt.date) -> Term:
    """The time limit with this code in force on a day.

    :raises parameters.UnknownLaw: when there is none.
    """
    return _kept.get((code, on), lambda: _term(parameters.row(PREFIX + code, on)))


def in_force(on: dt.date) -> list[Term]:
    """Every time limit in force on a day, by code."""
    return [_term(row) for row in parameters.rows(on).filter(code__startswith=PREFIX)]


def _term(row: Parameter) -> Term:
    limit = row.typed
    if not isinstance(limit, TermValue):
        raise TypeError(f"{row.code} is not a time limit")
    return Term(
        code=row.code.removeprefix(PREFIX),
        title=row.title,
        term=limit.term or 0,
        unit=limit.unit,
        source=row.source,
        confidence=row.confidence,
        pending=row.pending,
        note=limit.note,
    )
