"""Pages of the catalogue: narrowed, and continued by key, so that page 500 costs what page 1 costs."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.datashare.catalogue.models import Dataset, DatasetQuerySet
from apps.kernel.workcalendar.days import SHANGHAI

PER_PAGE = 20
PER_FEED = 100
MOST_DIGITS = 18  # of a key: more than these no table holds


@dataclass(frozen=True)
class Page:
    """One page of entries; ``following`` is the key to continue after, if there is more."""

    datasets: list[Dataset]
    following: int | None


def narrowed(given: dict[str, Any]) -> DatasetQuerySet:
    """Published entries that fit what was asked for."""
    found = Dataset.objects.published()
    if words := given.get("q"):
        found = found.filter(
            Q(current__title__icontains=words)
            | Q(current__title_en__icontains=words)
            | Q(current__abstract__icontains=words)
            | Q(current__keywords__icontains=words)
        )
    for name in ("theme", "sharing"):
        if given.get(name):
            found = found.filter(**{f"current__{name}": given[name]})
    if given.get("provider"):
        found = found.filter(provider=given["provider"])
    return found


def checked(after: str) -> str:
    """The key a machine asks to continue after.

    :raises ValidationError: on ``after``, which is no key of a page.
    """
    if after and (not after.isdecimal() or len(after) > MOST_DIGITS):
        raise ValidationError({"after": _("请使用上一页给出的下一页地址。")})
    return after


def moment(asked: str) -> dt.datetime:
    """A moment with its zone, or a day's beginning in Shanghai.

    :raises ValidationError: on ``modified_since``.
    """
    try:
        if len(asked) == len("2026-10-01"):
            return dt.datetime.combine(dt.date.fromisoformat(asked), dt.time(), tzinfo=SHANGHAI)
        found = parse_datetime(asked.replace(" ", "+"))  # an unescaped plus arrives as a space
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        words = _("modified_since 应是带时区的时间，例如 2026-10-01T00:00:00+08:00，或者日期 2026-10-01。")
        raise ValidationError({"modified_since": words})
    return found


def page(found: DatasetQuerySet, after: str | None, size: int) -> Page:
    """The entries after a key, in the order they were listed; from the first where it is no key."""
    if after and after.isdecimal():
        found = found.filter(pk__gt=int(after[:MOST_DIGITS]))
    rows = list(found.full().order_by("pk")[: size + 1])
    return Page(rows[:size], rows[size - 1].pk if len(rows) > size else None)
