"""Monthly filing due dates (申报纳税期限): the official list first, the rule of 实施细则 Art 109 otherwise."""

import datetime as dt
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
    announced = FilingDate.objects.filter(month=dt.date(year, month, 1)).first()
    if announced is not None:
        line = _("官方公布的申报期限：%(day)s（%(source)s）") % {"day": announced.due, "source": announced.source}
        return FilingDue(announced.due, official=True, lines=(line,), confirmed=True)
    return computed_due(year, month)


def computed_due(year: int, month: int) -> FilingDue:
    """What the rule gives for a month, whether or not a date was announced."""
    calendar = Calendar()
    first = dt.date(year, month, 1)
    last = first.replace(day=DAYS_TO_FILE)
    due, reasons = rolled_over(first, last, Roll.TAX, calendar)
    lines = [_("期满之日起十五日内：%(first)s 至 %(last)s") % {"first": first, "last": last}, *reasons]
    lines.append(_("官方期限尚未公布，按税收征收管理法实施细则第一百零九条推算"))
    return FilingDue(due, official=False, lines=tuple(lines), confirmed=calendar.confirmed)


def quarterly_due(year: int, quarter: int) -> FilingDue:
    """The last day to file for a quarter: in the month after it."""
    return period_due(Period(year, quarter * 3 - 2, 3))


def period_due(period: Period) -> FilingDue:
    """The last day to file for a month or a quarter: in the month after it."""
    following = period.end + ONE_DAY
    return monthly_due(following.year, following.month)
