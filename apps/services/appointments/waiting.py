"""The waiting list (候补): what comes free is offered in the order people asked, for a limited time (Art 10)."""

import datetime as dt
from collections import Counter

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.services import engagements
from apps.services.appointments import policy, standing
from apps.services.appointments.models import Booking, Pool, Release, Slot, WaitingEntry
from apps.services.appointments.refusals import refusal
from apps.services.appointments.visitors import visitor_of
from apps.services.sites.models import BusinessLine, Site


def join(actor: Actor, *, site: Site, line: BusinessLine, day: dt.date, half: str = "") -> WaitingEntry:
    """Wait for a place on a day that is booked up.

    :raises ValidationError: when places are left, the day is not open, or the visitor waits already.
    """
    visitor = visitor_of(actor)
    standing.require_good(visitor)
    slots = Slot.objects.open().filter(site=site, line=line, day=day)
    if half:
        slots = slots.filter(half=half)
    if not slots.exists():
        raise refusal("day", _("这一天不能预约，请另选日期。"), "closed")
    if slots.with_free().filter(free__gt=0).exists():
        raise refusal("day", _("这一天还有号，请直接选择时间预约。"), "free")
    try:
        with transaction.atomic():
            entry = WaitingEntry.objects.create(
                site=site, line=line, day=day, half=half, party=actor.party, visitor=visitor, booked_by=actor.user
            )
            log.record(f"waiting/{entry.ref}", "join", actor=actor)
    except IntegrityError as error:
        message = _("您已经在这一天的候补名单上。要改候补另外半天，请先在“我的预约”中退出。")
        raise refusal("day", message, "waiting") from error
    return entry


@transaction.atomic
def withdraw(entry: WaitingEntry, actor: Actor) -> None:
    """Leave the waiting list.

    :raises PermissionDenied: when it is somebody else's entry.
    """
    if not WaitingEntry.objects.visible_to(actor).filter(pk=entry.pk).exists():
        log.denied("waiting.withdraw", actor=actor, target=entry.ref, reason="not theirs")
        raise PermissionDenied
    if WaitingEntry.objects.waiting().filter(pk=entry.pk).update(state=WaitingEntry.State.WITHDRAWN):
        log.record(f"waiting/{entry.ref}", "withdraw", actor=actor)


def ahead_of(entry: WaitingEntry) -> int:
    """How many wait before this entry for a place that would do for both."""
    return (
        WaitingEntry.objects.waiting()
        .filter(site=entry.site_id, line=entry.line_id, day=entry.day, pk__lt=entry.pk)
        .filter(Q(half="") | Q(half=entry.half) if entry.half else Q())
        .count()
    )


@transaction.atomic
def settle(slot_id: int) -> None:
    """Collect the places of a slot that have come free: to whoever waits first, the rest back to its pool.

    Locks: the slot, then without ever waiting the holds and the visitor it is offered to.
    """
    slot = Slot.objects.select_for_update(no_key=True, of=("self",)).select_related("site", "line").get(pk=slot_id)
    now = clock.now()
    # A hold that is being changed at this moment is passed over: who changes it may be waiting for the slot.
    lapsed = list(
        Booking.objects.lapsed(now).filter(slot=slot).select_for_update(no_key=True, of=("self",), skip_locked=True)
    )
    Booking.objects.filter(pk__in=[row.pk for row in lapsed]).update(state=Booking.State.LAPSED)
    WaitingEntry.objects.filter(booking__in=lapsed).update(state=WaitingEntry.State.LAPSED)
    released = list(Release.objects.filter(slot=slot, free_at__lte=now))
    freed = Counter(row.pool for row in [*lapsed, *released])
    Release.objects.filter(pk__in=[row.pk for row in released]).delete()
    rules = policy.in_force()
    while freed[Pool.PUBLIC] and slot.starts_at > now and _offer(slot, now, rules):
        freed[Pool.PUBLIC] -= 1
    if any(freed.values()):
        Slot.objects.filter(pk=slot.pk).update(
            public_remaining=F("public_remaining") + freed[Pool.PUBLIC],
            internal_remaining=F("internal_remaining") + freed[Pool.INTERNAL],
        )


def _offer(slot: Slot, now: dt.datetime, rules: policy.Policy) -> bool:
    """Hold a place for whoever waits first and tell them; false when nobody waits."""
    waiting = (
        WaitingEntry.objects.waiting()
        .filter(Q(half="") | Q(half=slot.half), site=slot.site, line=slot.line, day=slot.day)
        .select_related("party", "visitor")
        .order_by("created_at", "id")
    )
    for entry in waiting:
        # Whoever is booking at this moment holds this lock: they are passed over, not waited for.
        free = Party.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=entry.visitor_id).exists()
        busy = Booking.objects.filter(
            visitor=entry.visitor_id, day=slot.day, half=slot.half, state__in=Booking.LIVE
        ).exists()
        away = engagements.visits(entry.visitor_id, slot.starts_at, slot.ends_at).exists()
        if not free or busy or away:
            continue
        booking = Booking.objects.create(
            slot=slot,
            day=slot.day,
            half=slot.half,
            party=entry.party,
            visitor=entry.visitor,
            booked_by_id=entry.booked_by_id,
            channel=Channel.SYSTEM,
            held_until=min(now + rules.offer, slot.starts_at),
        )
        entry.state, entry.booking = WaitingEntry.State.OFFERED, booking
        entry.save(update_fields=["state", "booking"])
        log.record(f"appointment/{booking.ref}", "offer", actor=Actor.system("waiting list"))
        outbox.send(
            "appointment-offered",
            entry.party,
            {
                "site": slot.site.name,
                "line": slot.line,
                "day": slot.day,
                "hours": slot.hours,
                "until": booking.held_until,
            },
            about=f"appointment/{booking.ref}",
            valid_until=booking.held_until,
        )
        return True
    return False


def sweep() -> int:
    """Offer what has come free to those who wait: only promptness depends on it, no place is lost without."""
    now = clock.now()
    wanted = (
        Slot.objects.open(now)
        .filter(
            Q(pk__in=Booking.objects.lapsed(now).values("slot"))
            | Q(pk__in=Release.objects.filter(free_at__lte=now).values("slot"))
        )
        .values_list("pk", flat=True)
    )
    slots = list(wanted)
    for slot_id in slots:
        settle(slot_id)
    return len(slots)
