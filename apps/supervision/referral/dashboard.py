"""Referrals and opinions at a glance: how many in which state, which clocks were kept (Art 35)."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case, Clock
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.supervision.referral import opinions, procedure

CODES = (procedure.CODE, opinions.CODE)


@dataclass(frozen=True)
class Kept:
    """A clock over all cases: kept, missed, still running within its term."""

    label: str
    kept: int
    missed: int
    running: int


@dataclass(frozen=True)
class Standing:
    """How many cases are in a state."""

    label: str
    number: int
    tone: str


def by_state(actor: Actor) -> list[Standing]:
    """Cases the actor's office sees, by state, in the order of the tables."""
    seen = Case.objects.visible_to(actor).filter(procedure__in=CODES)
    counted = {
        (row["procedure"], row["state"]): row["number"]
        for row in seen.values("procedure", "state").annotate(number=Count("pk"))
    }
    return [
        Standing(str(state.label), counted[code, state.code], state.tone)
        for code in CODES
        for state in procedures.get(code).states
        if (code, state.code) in counted
    ]


def clocks(actor: Actor) -> list[Kept]:
    """Every clock of these cases by its term, in one statement."""
    labels = {spec.term: str(spec.label) for code in CODES for spec in procedures.get(code).clocks}
    missed = Q(stopped_at__gt=F("due_at")) | Q(stopped_at__isnull=True, due_at__lt=clock.now())
    found = (
        Clock.objects.filter(case__in=Case.objects.visible_to(actor).filter(procedure__in=CODES))
        .values("term")
        .annotate(
            kept=Count("pk", filter=Q(stopped_at__lte=F("due_at"))),
            missed=Count("pk", filter=missed),
            running=Count("pk", filter=Q(stopped_at__isnull=True, due_at__gte=clock.now())),
        )
    )
    rows = {row["term"]: row for row in found}
    return [
        Kept(label, rows[term]["kept"], rows[term]["missed"], rows[term]["running"])
        for term, label in labels.items()
        if term in rows
    ]
