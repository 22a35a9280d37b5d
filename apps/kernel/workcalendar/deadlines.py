"""Due moments, derived from a start, a term, pauses and the calendar, and explained line by line.

The day of the start is not counted (民法典 Art 201; 税收征收管理法实施细则 Art 109). Months and years end on the
corresponding day (民法典 Art 202); a period ending on a rest day ends on the next working day (民法典 Art 203).
"""

import calendar as gregorian
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI, Calendar, days

END_OF_DAY = dt.time(23, 59, 59)
# A shorter break does not lengthen a tax period (实施细则 Art 109).
LONG_HOLIDAY = 3

Pause = tuple[dt.datetime, dt.datetime | None]


class Unit(StrEnum):
    """What a term is counted in."""

    HOUR = "hour"
    WORKING_DAY = "working_day"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DAY_OF_NEXT_MONTH = "day_of_next_month"


class Roll(StrEnum):
    """What happens to a period of days, months or years that ends on a rest day."""

    CIVIL = "civil"  # it ends on the next working day
    TAX = "tax"  # also lengthened by long holidays inside it, for filing and paying tax
    NONE = "none"  # it ends on that very day


@dataclass(frozen=True)
class Derivation:
    """A due moment, how it follows, and whether every day it rests on is confirmed."""

    due: dt.datetime
    lines: tuple[str, ...]
    confirmed: bool


def due(
    start: dt.datetime, term: int, unit: str, pauses: Iterable[Pause] = (), *, roll: str = Roll.CIVIL
) -> Derivation:
    """When a term that starts at ``start`` ends.

    ``pauses`` are (from, to) moments in which the clock stood still; an open one (``to`` is None) reaches to
    now. Each pushes the due moment by the real time paused, in the unit of the clock. A pause that begins
    after the term has ended changes nothing.

    :raises ValueError: for an unknown unit or a negative term: a programming or data error, never user input.
    """
    if term < 0:
        raise ValueError(f"a term cannot be negative: {term}")
    unit, spans = Unit(unit), _merged(start, pauses)
    if unit is Unit.HOUR:
        return _hours(start, term, spans)
    days_ = Calendar()
    first = start.astimezone(SHANGHAI).date()
    lines = [_("起算：%(day)s，当日不计入") % {"day": first}]
    last = _counted(first, term, unit, days_)
    lines.append(_("期限 %(term)s，至 %(day)s") % {"term": label(term, unit), "day": last})
    for begin, end in spans:
        paused = _paused(begin, end, last, unit, days_)
        if paused:
            last = days_.add_working_days(last, paused) if unit is Unit.WORKING_DAY else last + dt.timedelta(paused)
            lines.append(
                _("%(begin)s 至 %(end)s 暂停，顺延 %(paused)s，至 %(day)s")
                % {
                    "begin": begin.astimezone(SHANGHAI).date(),
                    "end": end.astimezone(SHANGHAI).date(),
                    "paused": label(paused, Unit.WORKING_DAY if unit is Unit.WORKING_DAY else Unit.DAY),
                    "day": last,
                }
            )
    if unit is not Unit.WORKING_DAY:
        last, rolled = rolled_over(first + dt.timedelta(days=1), last, roll, days_)
        lines += rolled
    if not days_.confirmed:
        lines.append(_("所涉年度的放假安排尚未公布，暂按周一至周五推算，公布后重新计算"))
    return Derivation(dt.datetime.combine(last, END_OF_DAY, tzinfo=SHANGHAI), tuple(lines), days_.confirmed)


def rolled_over(first: dt.date, last: dt.date, roll: str, calendar: Calendar) -> tuple[dt.date, list[str]]:
    """The last day of the period ``first``..``last`` once rest days are taken into account, with the reason."""
    if roll == Roll.NONE:
        return last, []
    holidays = _in_long_holidays(first, last, calendar) if roll == Roll.TAX else 0
    if holidays:
        extended = calendar.add_working_days(last, holidays)
        return extended, [
            _("期限内连续休假 %(days)s 天，按休假日天数顺延至 %(day)s") % {"days": holidays, "day": extended}
        ]
    rolled = calendar.next_working_day(last)
    if rolled == last:
        return last, []
    return rolled, [_("%(last)s 为休息日，顺延至下一个工作日 %(day)s") % {"last": last, "day": rolled}]


def label(term: int, unit: Unit | str) -> str:
    """A term in words: 5 个工作日."""
    return {
        Unit.HOUR: ngettext("%(n)s 小时", "%(n)s 小时", term),
        Unit.WORKING_DAY: ngettext("%(n)s 个工作日", "%(n)s 个工作日", term),
        Unit.DAY: ngettext("%(n)s 日", "%(n)s 日", term),
        Unit.MONTH: ngettext("%(n)s 个月", "%(n)s 个月", term),
        Unit.YEAR: ngettext("%(n)s 年", "%(n)s 年", term),
        Unit.DAY_OF_NEXT_MONTH: _("次月 %(n)s 日"),
    }[Unit(unit)] % {"n": term}


def _hours(start: dt.datetime, term: int, spans: list[tuple[dt.datetime, dt.datetime]]) -> Derivation:
    last = start + dt.timedelta(hours=term)
    lines = [
        _("起算：%(moment)s，按小时连续计算") % {"moment": _moment(start)},
        _("期限 %(term)s，至 %(day)s") % {"term": label(term, Unit.HOUR), "day": _moment(last)},
    ]
    for begin, end in spans:
        if begin < last:
            last += end - begin
            lines.append(
                _("%(begin)s 至 %(end)s 暂停，顺延至 %(day)s")
                % {"begin": _moment(begin), "end": _moment(end), "day": _moment(last)}
            )
    return Derivation(last.astimezone(SHANGHAI), tuple(lines), confirmed=True)


def _counted(first: dt.date, term: int, unit: Unit, calendar: Calendar) -> dt.date:
    match unit:
        case Unit.WORKING_DAY:
            return calendar.add_working_days(first, term)
        case Unit.DAY:
            return first + dt.timedelta(days=term)
        case Unit.MONTH:
            return _months_on(first, term)
        case Unit.YEAR:
            return _months_on(first, 12 * term)
        case _:
            following = _months_on(first.replace(day=1), 1)
            return following.replace(day=min(max(term, 1), gregorian.monthrange(following.year, following.month)[1]))


def _months_on(day: dt.date, months: int) -> dt.date:
    """The corresponding day, or the last of the month where there is none (民法典 Art 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def _merged(start: dt.datetime, pauses: Iterable[Pause]) -> list[tuple[dt.datetime, dt.datetime]]:
    """Pauses after the start, in order, without counting an overlap twice."""
    spans: list[tuple[dt.datetime, dt.datetime]] = []
    for begin, end in sorted((max(begin, start), end or clock.now()) for begin, end in pauses):
        if spans and begin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        elif begin < end:
            spans.append((begin, end))
    return spans


def _paused(begin: dt.datetime, end: dt.datetime, last: dt.date, unit: Unit, calendar: Calendar) -> int:
    first_day, last_day = begin.astimezone(SHANGHAI).date(), end.astimezone(SHANGHAI).date()
    if first_day > last:
        return 0
    if unit is Unit.WORKING_DAY:
        return calendar.working_days_between(first_day, last_day)
    return (last_day - first_day).days


def _in_long_holidays(first: dt.date, last: dt.date, calendar: Calendar) -> int:
    """Days of holidays of three days or more that lie within the period."""
    total = run = 0
    for day in days(first, last):
        run = run + 1 if calendar.is_holiday(day) else 0
        if run >= LONG_HOLIDAY:
            total += LONG_HOLIDAY if run == LONG_HOLIDAY else 1
    return total


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
