"""Working-day arithmetic (工作日): the announced calendar where there is one, the plain week beyond it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.kernel.kept.keeping import Kept
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.models import CalendarYear, Day

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5
# Holidays are announced in early November: from then on a missing next year deserves a warning.
ANNOUNCED_DAYS_AHEAD = 60


_kept = Kept("calendar")


@dataclass(frozen=True)
class _Year:
    confirmed: bool = False
    kinds: dict[dt.date, str] = field(default_factory=dict)


class Calendar:
    """The calendar for one derivation, as the table is at that moment.

    ``confirmed`` turns false once a day of an unconfirmed year has been asked for.
    """

    def __init__(self) -> None:
        self._years: dict[int, _Year] = {}
        self.confirmed = True

    def is_working(self, day: dt.date) -> bool:
        """Whether offices work on a day."""
        kind = self._kind(day)
        if kind is not None:
            return kind == Day.Kind.MAKEUP
        return day.weekday() < SATURDAY

    def is_holiday(self, day: dt.date) -> bool:
        """Whether a day belongs to an announced holiday (weekends inside it included)."""
        return self._kind(day) == Day.Kind.HOLIDAY

    def add_working_days(self, day: dt.date, n: int) -> dt.date:
        """The ``n``-th working day after ``day`` (before it when negative); ``day`` itself is not counted."""
        step = ONE_DAY if n > 0 else -ONE_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def working_days_between(self, a: dt.date, b: dt.date) -> int:
        """Working days after ``a`` up to and including ``b``; negative when ``b`` comes first."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working(day) for day in days(a + ONE_DAY, b))

    def next_working_day(self, day: dt.date) -> dt.date:
        """``day`` itself when it is a working day, otherwise the first one after it."""
        return day if self.is_working(day) else self.add_working_days(day, 1)

    def _kind(self, day: dt.date) -> str | None:
        year = self._years.get(day.year)
        if year is None:
            year = self._years[day.year] = _kept.get(day.year, lambda: _read(day.year))
        self.confirmed &= year.confirmed
        return year.kinds.get(day)


def _read(year: int) -> _Year:
    rows = list(CalendarYear.objects.filter(year=year).values_list("confirmed", "days__date", "days__kind"))
    if not rows:
        return _Year()
    return _Year(confirmed=rows[0][0], kinds={date: kind for _confirmed, date, kind in rows if date})


def days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every day from ``first`` to ``last``, both included."""
    for offset in range((last - first).days + 1):
        yield first + dt.timedelta(days=offset)


def is_working(day: dt.date) -> bool:
    """Whether offices work on a day."""
    return Calendar().is_working(day)


def add_working_days(day: dt.date, n: int) -> dt.date:
    """The ``n``-th working day after ``day``; ``day`` itself is not counted."""
    return Calendar().add_working_days(day, n)


def working_days_between(a: dt.date, b: dt.date) -> int:
    """Working days after ``a`` up to and including ``b``; negative when ``b`` comes first."""
    return Calendar().working_days_between(a, b)


def next_working_day(day: dt.date) -> dt.date:
    """``day`` itself when it is a working day, otherwise the first one after it."""
    return Calendar().next_working_day(day)


def warnings(on: dt.date | None = None) -> list[str]:
    """What an administrator must enter before the confirmed calendar runs out."""
    today = on or clock.today()
    confirmed = set(CalendarYear.objects.filter(confirmed=True).values_list("year", flat=True))
    needed = {today.year, (today + dt.timedelta(days=ANNOUNCED_DAYS_AHEAD)).year}
    return [
        _("%(year)s 年的放假安排尚未确认，期限暂按周一至周五推算。请录入国务院办公厅放假通知。") % {"year": year}
        for year in sorted(needed - confirmed)
    ]
