"""Monthly filing due dates (申报纳税期限): the official list first, the rule of 实施细则 Art 109 otherwise."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.kernel.workcalendar.days import ONE_DAY, Calendar
from apps.kernel.workcalendar.deadlines import Roll, rolled_over
from apps.kernel.workcalendar.models import FilingDate
from apps.kernel.workcalendar.periods import Period

# 增值税法 Art 30 and the like: within fifteen days after the end of the period.
DAYS_TO_FILE = 15


@dataclass(frozen=True)
class FilingDue:
    """The last day to file, whether it was officially announced, and how it follows."""

    due: dt.date
    official: bool
    lines: tuple[str, ...]
    confirmed: bool


def monthly_due(year: int, month: int) -> FilingDue:
    """The last day to file within a calendar month."""
    first = dt.date(year, month, 1)
    return _due([first])[first]


def period_due(period: Period) -> FilingDue:
    """The last day to file for a month or a quarter: in the month after it."""
    return periods_due([period])[period]


def periods_due(periods: Iterable[Period]) -> dict[Period, FilingDue]:
    """The last day to file for each period; the announced dates are read in one query."""
    months = {period: (period.end + ONE_DAY).replace(day=1) for period in periods}
    found = _due(months.values())
    return {period: found[month] for period, month in months.items()}


def _due(months: Iterable[dt.date]) -> dict[dt.date, FilingDue]:
    wanted, calendar = set(months), Calendar()
    announced = {row.month: row for row in FilingDate.objects.filter(month__in=wanted)}
    return {
        month: _announced(announced[month]) if month in announced else _computed(month, calendar) for month in wanted
    }


def _announced(row: FilingDate) -> FilingDue:
    line = _("官方公布的申报期限：%(day)s（%(source)s）") % {"day": row.due, "source": row.source}
    return FilingDue(row.due, official=True, lines=(line,), confirmed=True)


def _computed(first: dt.date, calendar: Calendar) -> FilingDue:
    last = first.replace(day=DAYS_TO_FILE)
    due, reasons = rolled_over(first, last, Roll.TAX, calendar)
    lines = [_("期满之日起十五日内：%(first)s 至 %(last)s") % {"first": first, "last": last}, *reasons]
    lines.append(_("官方期限尚未公布，按税收征收管理法实施细则第一百零九条推算"))
    return FilingDue(due, official=False, lines=tuple(lines), confirmed=calendar.confirmed)
