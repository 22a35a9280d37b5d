"""Booking: hold a place, fill in the details, confirm; cancel; move to another time (Art 10).

Locks are taken in one order everywhere: the visitor, then the booking, then the slot. The slot comes
last and just before the commit, because everyone who wants the same half-hour meets there.
"""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, Role
from apps.kernel.workcalendar import clock
from apps.services import engagements
from apps.services.appointments import places, policy, standing, waiting
from apps.services.appointments.models import Booking, Pool, Slot, WaitingEntry
from apps.services.appointments.refusals import refusal
from apps.services.appointments.visitors import check_identity, find, visitor_of

State = Booking.State
AT_COUNTER = frozenset({Role.CLERK, Role.CHIEF})


@dataclass(frozen=True)
class Details:
    """Who says to be coming, and how to reach them."""

    identity_code: str
    phone: str
    note: str = ""


class Full(ValidationError):
    """Somebody else was faster: no place is left in this half-hour."""

    def __init__(self) -> None:
        super().__init__({"slot": ValidationError(_("这个时段刚刚约满，请选择其他时间。"), code="full")})


def hold(actor: Actor, slot: Slot, *, idempotency_key: str | None = None) -> Booking:
    """Keep a place for some minutes while the details are filled in.

    :raises ValidationError: when the slot is past or full, or the visitor's quota is used up.
    """
    return _place(actor, slot, visitor=visitor_of(actor), pool=Pool.PUBLIC, key=idempotency_key)


def turn_away(actor: Actor, slot: int, *, idempotency_key: str | None = None) -> None:
    """Tell who comes too late, at the price of one statement: in a rush most ask for what is gone.

    :raises Full: when every public place of the slot with this id is taken.
    """
    who = actor.user.pk if actor.user is not None else None
    if places.gone(slot, clock.now(), who=who, key=idempotency_key):
        raise Full


def book(
    actor: Actor, slot: Slot, *, identity_code: str, phone: str, note: str = "", idempotency_key: str | None = None
) -> Booking:
    """Hold and confirm in one step, for who has all the details already.

    :raises ValidationError: as :func:`hold` and :func:`confirm`.
    """
    details = Details(identity_code, phone, note)
    return _place(actor, slot, visitor=visitor_of(actor), pool=Pool.PUBLIC, key=idempotency_key, details=details)


def book_for(
    actor: Actor, slot: Slot, *, identity_code: str, phone: str, note: str = "", idempotency_key: str | None = None
) -> Booking:
    """The counter books on somebody's behalf, from the places kept for it.

    :raises PermissionDenied: when the actor does not serve at this site.
    :raises ValidationError: when nobody has this identity code, or as :func:`hold`.
    """
    if not serves_at(actor, slot):
        log.denied("appointment.book-for", actor=actor, target=f"slot/{slot.pk}", reason="no duty here")
        raise PermissionDenied
    visitor = find(identity_code)
    details = Details(identity_code, phone or visitor.phone, note)
    return _place(actor, slot, visitor=visitor, pool=Pool.INTERNAL, key=idempotency_key, details=details)


def may_book_for(actor: Actor) -> bool:
    """Whether the actor books for others at the counter."""
    return actor.front_door == "counter" and bool(actor.roles & AT_COUNTER)


def serves_at(actor: Actor, slot: Slot) -> bool:
    """Whether the actor books for others at the site of this slot."""
    return may_book_for(actor) and slot.site.office_id == actor.office.pk


def _place(
    actor: Actor,
    slot: Slot,
    *,
    visitor: Party,
    pool: str,
    key: str | None,
    details: Details | None = None,
) -> Booking:
    """Write a booking and take its place: all of it, or nothing."""
    now = clock.now()
    _still_open(slot, now)
    if not _within_reach(slot, pool, now):
        done = _of_key(actor, key)
        if done is None:
            raise Full
        return done
    rules = policy.in_force()
    with transaction.atomic():
        engagements.hold(visitor)
        done = _of_key(actor, key)
        if done is not None:
            return done
        if pool == Pool.PUBLIC:
            standing.require_good(visitor, rules)
        _drop_holds(visitor, now)
        _within_quota(visitor, slot, rules, now)
        engagements.free_for_appointment(visitor, slot.starts_at, slot.ends_at)
        booking = Booking(
            slot=slot,
            pool=pool,
            day=slot.day,
            half=slot.half,
            party=actor.party or visitor,
            visitor=visitor,
            booked_by=actor.user,
            channel=actor.channel,
            held_until=min(now + rules.hold, slot.starts_at),
            idempotency_key=key,
        )
        if details:
            check_identity(visitor, details.identity_code)
            _fill_in(booking, details)
        _save_once(booking)
        log.record(f"appointment/{booking.ref}", "confirm" if details else "hold", actor=actor)
        if details:
            _tell("appointment-booked", booking)
        if not places.take(slot, pool, now):
            raise Full
    return booking


def _still_open(slot: Slot, now: dt.datetime) -> None:
    if slot.starts_at <= now:
        raise refusal("slot", _("这个时段已经开始或者过去，请选择以后的时间。"), "past")


def _within_reach(slot: Slot, pool: str, now: dt.datetime) -> bool:
    """Whether a place may be had. What came free is collected first; nothing is written when there is none."""
    left = f"{pool}_remaining"
    if getattr(slot, left):  # as just read: whether it is still so, the UPDATE decides
        return True
    if places.came_free(slot, pool, now):
        waiting.settle(slot.pk)
        slot.refresh_from_db(fields=[left])
    return bool(getattr(slot, left))


def _of_key(actor: Actor, key: str | None) -> Booking | None:
    return Booking.objects.filter(booked_by=actor.user, idempotency_key=key).first() if key else None


def _drop_holds(visitor: Party, now: dt.datetime) -> None:
    """Whoever picks another time gives up the one held before, but not what the waiting list offered."""
    held = Booking.objects.filter(visitor=visitor, state=State.HELD)
    for booking in held.filter(Q(waited__isnull=True) | Q(held_until__lte=now)).select_for_update(
        no_key=True, of=("self",)
    ):
        _end(booking, State.LAPSED, free_at=now)


def _end(booking: Booking, state: str, *, free_at: dt.datetime) -> None:
    booking.state = state
    booking.save(update_fields=["state"])
    WaitingEntry.objects.filter(booking=booking).update(state=WaitingEntry.State.LAPSED)
    places.give_back(booking, free_at)


def _within_quota(visitor: Party, slot: Slot, rules: policy.Policy, now: dt.datetime) -> None:
    open_ones = Booking.objects.current(now).filter(visitor=visitor, day__gte=clock.today())
    if open_ones.count() >= rules.open_bookings:
        raise ValidationError(
            _("同时有效的预约最多 %(number)s 个。请先取消不需要的预约。") % {"number": rules.open_bookings},
            code="quota",
        )


def _save_once(booking: Booking) -> None:
    """Save; the index refuses a second live booking of a person in the same half-day, and with it all the work."""
    try:
        booking.save()
    except IntegrityError as error:
        if "booking_once_per_half_day" not in str(error):
            raise
        raise refusal(
            "slot", _("到场人在这半天已经有预约。请先取消或者改期，或者选择其他半天。"), "half_day"
        ) from error


def confirm(booking: Booking, actor: Actor, *, identity_code: str, phone: str, note: str = "") -> Booking:
    """Turn a hold into an appointment; doing it again changes nothing.

    :raises ValidationError: when the identity code is not the visitor's, or the hold has lapsed; then the
        details are kept for the next try.
    """
    with transaction.atomic():
        row = _locked(booking, actor, "confirm")
        if row.state == State.CONFIRMED:
            return row
        if row.is_held:
            check_identity(row.visitor, identity_code)
            _confirm(row, actor, Details(identity_code, phone, note))
            return row
        row.phone, row.note = phone, note
        row.save(update_fields=["phone", "note"])
    raise refusal("slot", _("为您保留的时间已过，号源已经放回。请重新选择时间，您填写的内容已经保留。"), "lapsed")


def _confirm(booking: Booking, actor: Actor, details: Details) -> None:
    _fill_in(booking, details)
    booking.save()
    WaitingEntry.objects.filter(booking=booking).update(state=WaitingEntry.State.TAKEN)
    log.record(f"appointment/{booking.ref}", "confirm", actor=actor)
    _tell("appointment-booked", booking)


def _fill_in(booking: Booking, details: Details) -> None:
    booking.state, booking.confirmed_at = State.CONFIRMED, clock.now()
    booking.phone, booking.note = details.phone, details.note
    booking.clean_fields(exclude=["slot", "party", "visitor", "booked_by", "idempotency_key"])


@transaction.atomic
def cancel(booking: Booking, actor: Actor) -> Booking:
    """Give an appointment or a hold up; its place comes free again after a while. Doing it again changes nothing.

    :raises ValidationError: when it has begun.
    """
    row = _locked(booking, actor, "cancel")
    if row.state == State.CANCELLED:
        return row
    now = clock.now()
    if not row.is_held and not row.may_change:
        raise ValidationError(_("这个预约已经开始、结束或者过时，不能取消。"), code="too_late")
    was_confirmed = row.state == State.CONFIRMED
    _end(row, State.CANCELLED, free_at=places.some_time_after(now, policy.in_force()))
    log.record(f"appointment/{row.ref}", "cancel", actor=actor)
    if was_confirmed:
        _tell("appointment-cancelled", row)
    return row


def move(booking: Booking, actor: Actor, slot: Slot) -> Booking:
    """Change to another time of the same site and business in one step: the old place is kept until the new is had.

    :raises ValidationError: when the new time is past or full; the appointment stays as it was.
    """
    now = clock.now()
    _still_open(slot, now)
    if (slot.site_id, slot.line_id) != (booking.slot.site_id, booking.slot.line_id):
        raise refusal("slot", _("改期只能改时间。要换网点或者业务，请取消后重新预约。"), "other_site")
    if not _within_reach(slot, booking.pool, now):
        raise Full
    with transaction.atomic():
        row = _locked(booking, actor, "move")
        if row.slot_id == slot.pk:
            return row
        if not row.may_change:
            raise ValidationError(_("这个预约已经开始、结束或者取消，不能改期。"), code="too_late")
        engagements.free_for_appointment(row.visitor, slot.starts_at, slot.ends_at)
        places.give_back(row, places.some_time_after(now, policy.in_force()))
        row.slot, row.day, row.half, row.reminded_at = slot, slot.day, slot.half, None
        _save_once(row)
        log.record(f"appointment/{row.ref}", "move", actor=actor)
        _tell("appointment-booked", row)
        if not places.take(slot, row.pool, now):
            raise Full
    return row


def _locked(booking: Booking, actor: Actor, action: str) -> Booking:
    """The booking as it is now, locked after its visitor, if the actor may change it."""
    engagements.hold(booking.visitor)
    row = (
        Booking.objects.visible_to(actor)
        .select_for_update(no_key=True, of=("self",))
        .select_related("slot__site", "slot__line", "party", "visitor__person")
        .filter(pk=booking.pk)
        .first()
    )
    if row is None or (actor.party is None and not serves_at(actor, row.slot)):
        log.denied(f"appointment.{action}", actor=actor, target=booking.ref, reason="not theirs")
        raise PermissionDenied
    return row


def _tell(template: str, booking: Booking) -> None:
    slot = booking.slot
    outbox.send(
        template,
        booking.party,
        {
            "site": slot.site.name,
            "address": slot.site.address,
            "line": slot.line,
            "day": slot.day,
            "hours": slot.hours,
            "number": booking.ref,
        },
        about=f"appointment/{booking.ref}",
    )
