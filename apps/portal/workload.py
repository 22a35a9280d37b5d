"""What an office has on its desk: counts by due date, what nobody has taken up, what is mine (Arts 11, 22).

Each function is one statement, so a workbench costs the same at three cases and at three million.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q

from apps.kernel.casework.models import Case, CaseQuerySet, ClockPause
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI

LISTED = 10


@dataclass(frozen=True)
class Load:
    """Open cases of an office: in all, without a handler, mine, waiting for the applicant, and by due date."""

    open: int
    unassigned: int
    mine: int
    waiting: int
    overdue: int
    today: int
    three_days: int
    week: int
    later: int
    undated: int


def load(actor: Actor) -> Load:
    """Count the open cases in the actor's office."""
    now = clock.now()
    midnight = dt.datetime.combine(clock.today() + dt.timedelta(days=1), dt.time(), SHANGHAI)
    runs = Q(paused=False)
    in_three, in_week = midnight + dt.timedelta(days=3), midnight + dt.timedelta(days=7)
    unassigned = Case.objects.unassigned().filter(pk=OuterRef("pk"))
    counts = (
        _open(actor)
        .annotate(free=Exists(unassigned))
        .aggregate(
            open=Count("pk"),
            unassigned=Count("pk", filter=Q(free=True)),
            mine=Count("pk", filter=Q(handler=actor.user)),
            waiting=Count("pk", filter=Q(paused=True)),
            overdue=Count("pk", filter=runs & Q(due_at__lt=now)),
            today=Count("pk", filter=runs & Q(due_at__gte=now, due_at__lt=midnight)),
            three_days=Count("pk", filter=runs & Q(due_at__gte=midnight, due_at__lt=in_three)),
            week=Count("pk", filter=runs & Q(due_at__gte=in_three, due_at__lt=in_week)),
            later=Count("pk", filter=runs & Q(due_at__gte=in_week)),
            undated=Count("pk", filter=runs & Q(due_at__isnull=True)),
        )
    )
    return Load(**counts)


def inbox(actor: Actor) -> list[Case]:
    """What nobody in the office has taken up yet, soonest due first."""
    return list(_by_due(_open(actor).unassigned()))


def mine(actor: Actor) -> list[Case]:
    """What the actor handles, soonest due first."""
    return list(_by_due(_open(actor).filter(handler=actor.user)))


def offered(actor: Actor) -> list[Case]:
    """What other offices want to hand over to this one, oldest first."""
    return list(
        Case.objects.offered_to(actor.office).not_kept_from(actor).select_related("office").order_by("pk")[:LISTED]
    )


def for_review(actor: Actor) -> list[Case]:
    """What offices below this one did and wait for it to review, soonest due first."""
    return list(
        _by_due(Case.objects.for_review_by(actor.office).not_kept_from(actor).with_due().select_related("office"))
    )


def _open(actor: Actor) -> CaseQuerySet:
    pauses = ClockPause.objects.filter(clock__case=OuterRef("pk"), ended_at__isnull=True)
    return (
        Case.objects.in_custody_of(actor.office).not_kept_from(actor).open().with_due().annotate(paused=Exists(pauses))
    )


def _by_due(cases: CaseQuerySet) -> CaseQuerySet:
    return cases.order_by(F("due_at").asc(nulls_last=True), "pk")[:LISTED]
