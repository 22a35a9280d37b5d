"""Periods of taxes and fees (税款所属期): ``2026-09``, ``2026Q3``, ``2026H1``, ``2026`` or one day."""

import calendar
import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_MONTHS = {"Q": 3, "H": 6}


def span(period: str) -> tuple[dt.date, dt.date]:
    """The first and last day of a period."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|([QH])([1-4]))?", period)
    try:
        return _span(*match.groups()) if match else _unreadable(period)
    except ValueError as error:
        raise ValidationError(
            {"period": _("所属期“%s”不正确。请写成 2026-09、2026Q3、2026H1、2026 或 2026-09-15。") % period},
            code="period",
        ) from error


def _span(year: str, month: str | None, day: str | None, part: str | None, number: str | None):
    if day:
        only = dt.date(int(year), int(month or 1), int(day))
        return only, only
    length = _MONTHS[part] if part else 1 if month else 12
    first = (int(number or 1) - 1) * length + 1 if part else int(month or 1)
    last = first + length - 1
    # A month that does not exist, as in 2026H3, raises like any other wrong date.
    start, end = dt.date(int(year), first, 1), dt.date(int(year), last, 1)
    return start, end.replace(day=calendar.monthrange(end.year, end.month)[1])


def _unreadable(period: str):
    raise ValueError(period)
