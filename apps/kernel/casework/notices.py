"""Reminders and escalation: whatever is due and not yet noticed, found by query, one row per clock and kind.

A beat outage loses nothing, because the query looks at the clocks and not at the time since the last
run; a rerun doubles nothing, because the notice row is unique.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.kernel.audit import log
from apps.kernel.casework.models import Clock, ClockNotice, ClockPause
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock as time
from apps.kernel.workcalendar import days

REMIND_WORKING_DAYS = 1
BATCH = 200


def sweep(at: dt.datetime | None = None) -> dict[str, int]:
    """Send what is due: reminders, overdue notices, escalations to the superior. Returns counts by kind."""
    at = at or time.now()
    soon = _end_of(days.add_working_days(at.astimezone(days.SHANGHAI).date(), REMIND_WORKING_DAYS))
    kinds = ClockNotice.Kind
    return {
        kinds.REMINDER: _send_all(kinds.REMINDER, due_before=soon),
        kinds.OVERDUE: _send_all(kinds.OVERDUE, due_before=at),
        kinds.ESCALATION: _send_all(kinds.ESCALATION, due_before=at, whose=Clock.Whose.OFFICE),
    }


def _send_all(kind: str, *, due_before: dt.datetime, **which) -> int:
    sent = 0
    while True:
        with transaction.atomic():
            batch = list(
                _unnoticed(kind, due_before)
                .filter(**which)
                .select_for_update(no_key=True, of=("self",), skip_locked=True)[:BATCH]
            )
            for row in batch:
                ClockNotice.objects.create(clock=row, kind=kind)
                _send(kind, row)
        sent += len(batch)
        if len(batch) < BATCH:
            return sent


def _unnoticed(kind: str, due_before: dt.datetime) -> QuerySet[Clock]:
    noticed = ClockNotice.objects.filter(clock=OuterRef("pk"), kind=kind)
    paused = Exists(ClockPause.objects.filter(clock=OuterRef("pk"), ended_at__isnull=True))
    return (
        Clock.objects.filter(~Exists(noticed), ~paused, stopped_at__isnull=True, due_at__lte=due_before)
        .select_related("case__office__parent", "case__applicant")
        .order_by("due_at", "id")
    )


def _send(kind: str, row: Clock) -> None:
    case = row.case
    to = case.applicant if row.whose == Clock.Whose.APPLICANT else case.office
    if kind == ClockNotice.Kind.ESCALATION:
        to = case.office.parent if case.office is not None else None
    log.record(case.about, f"clock.{kind}", actor=Actor.system("clocks"), target=row.term)
    if to is None:
        return
    outbox.send(
        "case-reminder" if kind == ClockNotice.Kind.REMINDER else "case-overdue",
        to,
        {
            "number": case.number,
            "title": case.title,
            "clock": row.label,
            "due": row.due_at.astimezone(days.SHANGHAI).date(),
            "office": str(case.office),
        },
        about=case.about,
    )


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.max, tzinfo=days.SHANGHAI)
