"""What has a retention period: each room says how to find what is past it, and how to end it (Arts 6, 18)."""

import calendar as gregorian
import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.kernel.workcalendar.deadlines import Unit


@dataclass(frozen=True)
class Kind:
    """One kind of thing that is kept for a time.

    :param code: names the kind; its period is the time limit ``retention-<code>`` of the law held here.
    :param past: the rows that were over before a moment; what came back to life since is no longer among them.
    :param since: the moment a row's period began.
    :param subject: how a row is named once it is gone, without personal data.
    :param content: what the row holds, as bytes; only its digest stays.
    :param end: destroys the row, or puts it away; runs in a transaction that holds the row.
    """

    code: str
    title: str | Promise
    past: Callable[[dt.datetime], QuerySet]
    since: Callable[[Any], dt.datetime]
    subject: Callable[[Any], str]
    content: Callable[[Any], bytes]
    end: Callable[[Any], None]

    def period(self) -> terms.Term:
        """The period in force today, with its source and how far it can be trusted."""
        return terms.term(f"retention-{self.code}", clock.today())

    def due(self) -> QuerySet:
        """The rows whose period is over now."""
        return self.past(before(clock.now(), self.period()))

    def digest(self, row: Model) -> str:
        """What proves later what a thing was, to whoever still has a copy of it."""
        return hashlib.sha256(self.content(row)).hexdigest()


def before(now: dt.datetime, period: terms.Term) -> dt.datetime:
    """The moment a period must have begun before to be over by now.

    :raises ValueError: for a period that is not counted in days, months or years.
    """
    day = now.astimezone(SHANGHAI).date()
    match period.unit:
        case Unit.DAY:
            day -= dt.timedelta(days=period.term)
        case Unit.MONTH | Unit.YEAR:
            months = period.term * (12 if period.unit == Unit.YEAR else 1)
            year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
            day = dt.date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))
        case _:
            raise ValueError(f"{period.code} is counted in {period.unit}")
    return dt.datetime.combine(day, dt.time.min, tzinfo=SHANGHAI)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Put a kind on the register; once."""
    _kinds.setdefault(kind.code, kind)


def get(code: str) -> Kind:
    """The kind with this code."""
    return _kinds[code]


def every() -> list[Kind]:
    """All kinds, by code."""
    return [_kinds[code] for code in sorted(_kinds)]
