"""Finding a site: by district and business line, with its hours and whether it is open now (Art 10)."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from apps.kernel.lists import joined
from apps.kernel.parties.districts import DISTRICTS
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import Calendar
from apps.services.sites.models import BusinessLine, OpeningHours, Site


def find(*, district: str = "", line: str = "") -> QuerySet[Site]:
    """Sites in use, in a district and for a business line where given."""
    rows = Site.objects.filter(active=True)
    if district:
        rows = rows.filter(district=district)
    if line:
        rows = rows.filter(matters__line__code=line, matters__line__active=True)
    return rows


def by_district(sites: QuerySet[Site]) -> list[tuple[str, list[Site]]]:
    """Sites under the names of their districts, government centres first."""
    kinds = Site.Kind.values
    ordered = sorted(sites, key=lambda site: (site.district, kinds.index(site.kind), site.code))
    grouped = groupby(ordered, key=lambda site: site.district)
    return [(str(DISTRICTS.get(district, district)), list(found)) for district, found in grouped]


def lines() -> QuerySet[BusinessLine]:
    """Business lines some site offers."""
    return BusinessLine.objects.filter(active=True, offers__site__active=True).distinct()


@dataclass(frozen=True)
class DayHours:
    """A weekday and when the site is open on it."""

    label: str
    times: str
    today: bool


def week(site: Site) -> list[DayHours]:
    """The opening hours of a week; an empty text for a day the site is closed."""
    rows = list(site.opening_hours.all())
    today = clock.today().weekday()
    return [
        DayHours(
            str(day.label),
            joined(f"{row.opens:%H:%M}–{row.closes:%H:%M}" for row in rows if row.weekday == day),
            day == today,
        )
        for day in OpeningHours.Weekday
    ]


def is_open(site: Site, at: dt.datetime | None = None) -> bool:
    """Whether the site serves now. On weekdays its hours hold, except on holidays."""
    local = timezone.localtime(at or clock.now())
    if Calendar().is_holiday(local.date()):
        return False
    return any(
        row.weekday == local.weekday() and row.opens <= local.time() < row.closes for row in site.opening_hours.all()
    )
