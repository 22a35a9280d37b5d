"""The demonstration's appointments: places at every site, some booked, one missed and appealed."""

import datetime as dt

from django.db.models import Min

from apps.kernel.parties.acting import own_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import User
from apps.services.appointments import booking, plan, standing
from apps.services.appointments.models import Booking, Half, Slot, SlotTemplate
from apps.services.sites.models import OpeningHours, Site, SiteMatter, WindowKind

SITE, LINE = "centre-310101", "real-estate"
PLACES = {Site.Kind.GOVERNMENT: (3, 1), Site.Kind.COMMUNITY: (2, 1), Site.Kind.BANK: (2, 0)}
SINCE = dt.date(2024, 1, 1)


def seed() -> None:
    """Plan and book once; a second run changes nothing."""
    if SlotTemplate.objects.exists():
        return
    SlotTemplate.objects.bulk_create(_templates())
    plan.make_slots()
    _book()


def _templates() -> list[SlotTemplate]:
    """Every business of a site with windows, through the hours the site is open on Mondays."""
    monday = OpeningHours.objects.filter(weekday=OpeningHours.Weekday.MONDAY)
    hours: dict[int, list[OpeningHours]] = {}
    for row in monday:
        hours.setdefault(row.site_id, []).append(row)
    offered = SiteMatter.objects.exclude(window_kind=WindowKind.MACHINE).select_related("site")
    return [
        SlotTemplate(
            site=matter.site,
            line_id=matter.line_id,
            begins=opening.opens,
            ends=opening.closes,
            public_places=PLACES[matter.site.kind][0],
            internal_places=PLACES[matter.site.kind][1],
            valid_from=SINCE,
        )
        for matter in offered
        for opening in hours.get(matter.site_id, [])
    ]


def _actor(username: str) -> Actor:
    return own_actor(User.objects.select_related("person__party__person").get(username=username))


def _book() -> None:
    slots = Slot.objects.open().filter(site__code=SITE, line__code=LINE).select_related("site", "line")
    days = slots.aggregate(first=Min("day"))
    if days["first"] is None:
        return
    first_day = slots.filter(day=days["first"]).order_by("-starts_at")
    for username, slot in zip(("citizen", "elder", "guardian"), first_day, strict=False):
        actor = _actor(username)
        booking.book(actor, slot, identity_code=actor.party.person.id_number, phone=actor.party.phone)
    _missed()


def _missed() -> None:
    """Two weeks ago somebody did not come, and says why."""
    pattern = Slot.objects.filter(site__code=SITE, line__code=LINE).order_by("starts_at").first()
    starts_at = pattern.starts_at - dt.timedelta(days=14)
    slot = Slot.objects.create(
        site_id=pattern.site_id,
        line_id=pattern.line_id,
        day=pattern.day - dt.timedelta(days=14),
        half=Half.of(starts_at),
        starts_at=starts_at,
        public_capacity=3,
        public_remaining=2,
    )
    actor = _actor("accountant")
    row = Booking.objects.create(
        slot=slot,
        day=slot.day,
        half=slot.half,
        party=actor.party,
        visitor=actor.party,
        booked_by=actor.user,
        channel=actor.channel,
        phone=actor.party.phone,
        state=Booking.State.CONFIRMED,
        created_at=starts_at - dt.timedelta(days=3),
        confirmed_at=starts_at - dt.timedelta(days=3),
    )
    standing.mark_missed()
    standing.appeal(row, actor, reason="当天早晨因高烧就医，未能取消预约，可以提供病历。")
