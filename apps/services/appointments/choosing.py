"""What there is to choose from: business, sites with their first free day, days, half-hours (Art 10)."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Min, Q, QuerySet

from apps.kernel.parties.models import Party
from apps.services.appointments.models import Booking, Half, Slot
from apps.services.sites import directory
from apps.services.sites.models import BusinessLine, Site


def lines() -> QuerySet[BusinessLine]:
    """Business that can be booked somewhere in the coming days."""
    return BusinessLine.objects.filter(pk__in=Slot.objects.open().values("line"))


def sites(line: BusinessLine, first: str = "") -> list[tuple[str, list[Site]]]:
    """Sites to book the business at, with ``first_free``, by district; the reader's own district comes first."""
    rows = directory.find().filter(pk__in=Slot.objects.open().filter(line=line).values("site"))
    free = Q(slots__in=Slot.objects.open().filter(line=line, public_remaining__gt=0))
    found = directory.by_district(rows.annotate(first_free=Min("slots__day", filter=free)))
    return sorted(found, key=lambda group: group[1][0].district != first)


@dataclass
class Day:
    """One day at a site: its half-hours, and how many places are left."""

    date: dt.date
    slots: list[Slot] = field(default_factory=list)

    @property
    def free(self) -> int:
        return sum(slot.free for slot in self.slots)

    @property
    def halves(self) -> list[tuple[str, list[Slot]]]:
        """The half-hours of the morning and of the afternoon that can be had."""
        return [
            (str(half.label), [slot for slot in self.slots if slot.half == half and slot.free > 0])
            for half in Half
            if any(slot.half == half and slot.free > 0 for slot in self.slots)
        ]

    @property
    def full_halves(self) -> list[Half]:
        """Half-days that are booked up."""
        return [
            half
            for half in Half
            if any(slot.half == half for slot in self.slots)
            and not any(slot.half == half and slot.free > 0 for slot in self.slots)
        ]


def days(site: Site, line: BusinessLine) -> list[Day]:
    """The coming days with their half-hours."""
    found: dict[dt.date, Day] = {}
    for slot in Slot.objects.open().with_free().filter(site=site, line=line).order_by("starts_at"):
        found.setdefault(slot.day, Day(slot.day)).slots.append(slot)
    return list(found.values())


def internal(sites_of: QuerySet[Site], line: BusinessLine, day: dt.date) -> dict[Site, list[Slot]]:
    """Half-hours of a day for which the counter still keeps places, by site."""
    found = defaultdict(list)
    rows = Slot.objects.open().filter(site__in=sites_of, line=line, day=day, internal_remaining__gt=0)
    for slot in rows.select_related("site").order_by("site", "starts_at"):
        found[slot.site].append(slot)
    return dict(found)


def details_of(visitor: Party) -> dict[str, str]:
    """What the details page starts with: the telephone last given, and the note of a hold that lapsed."""
    last = Booking.objects.filter(visitor=visitor).exclude(phone="").order_by("-id").first()
    if last is None:
        return {"phone": visitor.phone}
    return {"phone": last.phone, "note": last.note if last.has_lapsed else ""}
