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
        if match is None:
            raise ValueError(period)
        year, month, day, part, number = match.groups()
        if day:
            only = dt.date(int(year), int(month), int(day))
            return only, only
        if part:
            length = _MONTHS[part]
            return _months(int(year), (int(number) - 1) * length + 1, length)
        return _months(int(year), int(month or 1), 1 if month else 12)
    except ValueError as error:
        raise ValidationError(
            {"period": _("所属期“%s”不正确。请写成 2026-09、2026Q3、2026H1、2026 或 2026-09-15。") % period},
            code="period",
        ) from error


def _months(year: int, first: int, length: int) -> tuple[dt.date, dt.date]:
    last = first + length - 1
    start = dt.date(year, first, 1)
    return start, dt.date(year, last, calendar.monthrange(year, last)[1]) if last <= 12 else _beyond(year, last)


def _beyond(year: int, month: int) -> dt.date:
    raise ValueError(f"{year} has no month {month}")
