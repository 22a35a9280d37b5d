"""Overdue clocks become orders, unanswered orders rise; each exactly once (Art 38).

What is due is found by query, so a day the schedule missed is made up by the next run.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.kernel.casework import lapsing, procedures
from apps.kernel.casework.clocks import day
from apps.kernel.casework.models import Case, Clock, ClockPause
from apps.kernel.casework.procedures import recorded
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock
from apps.supervision.liability import access, procedure
from apps.supervision.liability.models import LiabilityOrder

BATCH = 200


def not_yet_ordered() -> QuerySet[Clock]:
    """Running clocks of offices beyond their due moment about which there is no order yet."""
    paused = ClockPause.objects.filter(clock=OuterRef("pk"), ended_at__isnull=True)
    above = Q(case__office__parent__active=True)
    if access.general_office() is not None:
        above |= ~Q(case__office__kind=Office.Kind.GENERAL_OFFICE)
    return (
        Clock.objects.filter(
            above,
            ~Exists(paused),
            ~Exists(LiabilityOrder.objects.filter(clock=OuterRef("pk"))),
            whose=Clock.Whose.OFFICE,
            stopped_at__isnull=True,
            due_at__lt=clock.now(),
        )
        .exclude(case__procedure=procedure.CODE)
        .select_related("case__office__parent")
        .order_by("pk")
    )


def order_overdue() -> int:
    """Order every office with an overdue clock to correct it; returns how many orders were made."""
    made = 0
    while True:
        with transaction.atomic():
            batch = list(not_yet_ordered().select_for_update(no_key=True, of=("self",), skip_locked=True)[:BATCH])
            for row in batch:
                _order(row)
        made += len(batch)
        if len(batch) < BATCH:
            return made


def _order(row: Clock) -> None:
    case: Case = row.case
    title = recorded(case.definition.title)
    late = f"应于 {day(row.due_at)} 前完成，至 {day(clock.now())} 仍未完成"
    facts = f"办件 {case.number}（{title}）的时限“{row.label}”{late}。"
    detail = {
        "office": case.office,
        "superior": access.superior_of(case.office),
        "clock": row,
        "article": procedures.get(case.procedure).article,
        "clause": row.source,
        "facts": facts,
    }
    procedure.order(Actor.system("clocks"), detail, key=f"liability-clock-{row.pk}")


def escalate_unanswered() -> int:
    """Pass orders nobody answered in time to the authority above; returns how many."""
    unescalated = LiabilityOrder.objects.filter(case=OuterRef("pk"), escalated_at__isnull=True)
    unanswered = Case.objects.filter(Exists(unescalated), procedure=procedure.CODE, state=procedure.ORDERED)
    return lapsing.step(unanswered, "liability-answer", "escalate")
