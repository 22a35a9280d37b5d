"""Factories of sites, places and appointments."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock
from apps.services.appointments import booking, standing
from apps.services.appointments.models import Booking, Half, Slot
from apps.services.sites.models import BusinessLine, OpeningHours, Site, SiteMatter, Window

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Monday morning; the appointments of the scenarios are on the Wednesday after.
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
DAY = dt.date(2026, 11, 25)
PHONE = "13800010101"
_numbers = itertools.count(1)


def business_line(code: str = "filing", label: str = "申报纳税") -> BusinessLine:
    """A line of business people book for."""
    defaults = {"label": label, "needs": "本人居民身份证\n营业执照副本"}
    return BusinessLine.objects.get_or_create(code=code, defaults=defaults)[0]


def site(office: Office | None = None, *, code: str = "", lines: tuple[BusinessLine, ...] = ()) -> Site:
    """A government centre that offers the lines, open on weekdays, with one window."""
    row = Site.objects.create(
        code=code or f"centre-{next(_numbers)}",
        name="黄浦区政务服务中心",
        kind=Site.Kind.GOVERNMENT,
        office=office,
        district="310101",
        address="黄浦区外滩南苏州路88号1楼",
        phone="021-12366",
        step_free=True,
    )
    for weekday in range(5):
        OpeningHours.objects.create(site=row, weekday=weekday, opens=dt.time(9), closes=dt.time(17))
    window = Window.objects.create(site=row, code="1", label="1号综合窗口")
    for line in lines or (business_line(),):
        SiteMatter.objects.create(site=row, line=line)
        window.lines.add(line)
    return row


def at(hour: int, minute: int = 0, day: dt.date = DAY) -> dt.datetime:
    """A moment of the day in Shanghai."""
    return dt.datetime.combine(day, dt.time(hour, minute), SHANGHAI)


def slot(
    where: Site | None = None, *, starts_at: dt.datetime | None = None, places: int = 2, internal: int = 0
) -> Slot:
    """A half-hour with places."""
    where = where or site()
    begins = starts_at or at(9)
    return Slot.objects.create(
        site=where,
        line=business_line(),
        day=begins.astimezone(SHANGHAI).date(),
        half=Half.of(begins),
        starts_at=begins,
        public_capacity=places,
        public_remaining=places,
        internal_capacity=internal,
        internal_remaining=internal,
    )


def identity_code(actor: Actor) -> str:
    """The identity code a person types about themselves."""
    return actor.party.person.id_number


def booked(actor: Actor, where: Slot) -> Booking:
    """A confirmed appointment."""
    where.refresh_from_db()
    return booking.book(actor, where, identity_code=identity_code(actor), phone=PHONE)


def missed(actor: Actor, office: Office) -> Booking:
    """An appointment of the past nobody came to, with an appeal that waits for the office."""
    starts_at = at(9, day=clock.today() - dt.timedelta(days=7))
    where = slot(site(office), starts_at=starts_at)
    Slot.objects.filter(pk=where.pk).update(public_remaining=where.public_capacity - 1)
    visitor = actor.user.own_party
    row = Booking.objects.create(
        slot=where,
        day=where.day,
        half=where.half,
        party=actor.party,
        visitor=visitor,
        booked_by=actor.user,
        channel=actor.channel,
        phone=PHONE,
        state=Booking.State.MISSED,
    )
    standing.appeal(row, actor, reason="当天住院。")
    return row
