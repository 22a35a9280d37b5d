"""Missed appointments: after some, online booking pauses; every one can be appealed (Arts 10, 11)."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, Role
from apps.kernel.workcalendar import clock
from apps.services.appointments import policy
from apps.services.appointments.models import Appeal, Booking
from apps.services.appointments.refusals import refusal
from apps.services.assistance import needs

DECIDERS = frozenset({Role.CLERK, Role.CHIEF})


@dataclass(frozen=True)
class Suspension:
    """Online booking pauses for this person, and why."""

    until: dt.date
    times: int


def suspension(visitor: Party, rules: policy.Policy | None = None) -> Suspension | None:
    """The pause in force, derived from the missed appointments themselves: an appeal upheld ends it at once."""
    today = clock.today()
    rules = rules or policy.in_force()
    since = today - dt.timedelta(days=rules.missed_within_days + rules.suspended_days)
    missed = list(
        Booking.objects.filter(visitor=visitor, state=Booking.State.MISSED, excused=False, day__gte=since)
        .order_by("day")
        .values_list("day", flat=True)
    )
    window, pause = dt.timedelta(days=rules.missed_within_days), dt.timedelta(days=rules.suspended_days)
    for position in range(len(missed) - 1, rules.missed_times - 2, -1):
        last, first = missed[position], missed[position - rules.missed_times + 1]
        if last - first < window and today <= last + pause:
            return None if needs.of(visitor).waives else Suspension(last + pause, rules.missed_times)
    return None


def require_good(visitor: Party, rules: policy.Policy | None = None) -> None:
    """Refuse whoever is suspended from online booking.

    :raises ValidationError: naming the last day and the ways that remain.
    """
    found = suspension(visitor, rules)
    if found:
        raise ValidationError(
            _("您有 %(times)s 次预约未到，网上预约暂停到 %(until)s。您可以提出申诉、拨打 12366，或者到窗口现场取号。")
            % {"times": found.times, "until": found.until},
            code="suspended",
        )


def mark_missed() -> int:
    """Confirmed appointments of past days to which nobody came; each person is told how to appeal."""
    marked = 0
    while batch := _mark_batch():
        marked += batch
    return marked


@transaction.atomic
def _mark_batch() -> int:
    rows = list(
        Booking.objects.filter(state=Booking.State.CONFIRMED, day__lt=clock.today())
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("party", "slot__site")
        .order_by("id")[:200]
    )
    Booking.objects.filter(pk__in=[row.pk for row in rows]).update(state=Booking.State.MISSED)
    for row in rows:
        log.record(f"appointment/{row.ref}", "missed", actor=Actor.system("missed appointments"))
        outbox.send(
            "appointment-missed",
            row.party,
            {"site": row.slot.site.name, "day": row.day, "hours": row.slot.hours},
            about=f"appointment/{row.ref}",
        )
    return len(rows)


@transaction.atomic
def appeal(booking: Booking, actor: Actor, *, reason: str) -> Appeal:
    """Say why a missed appointment was no fault of the visitor's.

    :raises ValidationError: when it was not missed, or an appeal was made already.
    """
    row = Booking.objects.visible_to(actor).select_for_update(no_key=True).filter(pk=booking.pk).first()
    if row is None or actor.party is None:
        log.denied("appointment.appeal", actor=actor, target=booking.ref, reason="not theirs")
        raise PermissionDenied
    if row.state != Booking.State.MISSED:
        raise ValidationError(_("只有记为未到的预约可以申诉。"), code="not_missed")
    if Appeal.objects.filter(booking=row).exists():
        raise ValidationError(_("这次预约已经提出过申诉，请等待处理结果。"), code="appealed")
    found = Appeal.objects.create(booking=row, reason=reason, by=actor.user)
    log.record(f"appointment/{row.ref}", "appeal", actor=actor)
    return found


def may_decide(actor: Actor) -> bool:
    """Whether the actor decides appeals at the counter."""
    return actor.front_door == "counter" and bool(actor.roles & DECIDERS)


@transaction.atomic
def decide(found: Appeal, actor: Actor, *, upheld: bool, opinion: str) -> None:
    """Decide an appeal; one that is upheld takes the missed appointment out of the count.

    :raises PermissionDenied: when the actor's office does not run the site.
    :raises ValidationError: when it has been decided, or a refusal gives no reason.
    """
    row = Appeal.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "booking__slot__site", "booking__party"
    )
    row = row.get(pk=found.pk)
    if not may_decide(actor) or not Booking.objects.visible_to(actor).filter(pk=row.booking_id).exists():
        log.denied("appointment.decide-appeal", actor=actor, target=row.booking.ref, reason="no duty here")
        raise PermissionDenied
    if row.state != Appeal.State.WAITING:
        raise ValidationError(_("这件申诉已经处理过。"), code="decided")
    if not upheld and not opinion:
        raise refusal("opinion", _("不成立的，请写明理由。"), "required")
    row.state = Appeal.State.UPHELD if upheld else Appeal.State.REFUSED
    row.opinion, row.decided_by, row.decided_at = opinion, actor.user, clock.now()
    row.save()
    Booking.objects.filter(pk=row.booking_id).update(excused=upheld)
    log.record(f"appointment/{row.booking.ref}", "appeal-decided", actor=actor, data={"upheld": upheld})
    outbox.send(
        "appointment-appeal",
        row.booking.party,
        {
            "site": row.booking.slot.site.name,
            "day": row.booking.day,
            "result": Appeal.State(row.state).label,
            "opinion": opinion or "—",
        },
        about=f"appointment/{row.booking.ref}",
    )
