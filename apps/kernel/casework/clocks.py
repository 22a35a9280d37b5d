"""Clocks of a case: started, paused, resumed, extended and stopped by its transitions.

The due moment is never counted down. It is derived from the start, the dated term, the pauses and
the working calendar, each time one of these changes, and can be explained line by line.
"""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from apps.kernel.casework.models import Case, Clock, ClockPause
from apps.kernel.casework.procedures import ClockSpec, Procedure, recorded
from apps.kernel.rules import terms
from apps.kernel.rules.values import FIXED
from apps.kernel.workcalendar import days, deadlines

COUNTED = frozenset({"hour", "working_day", "day", FIXED})  # units a term is lived through one by one

_NEXT_DUE = "SELECT min(due_at) FROM casework_clock WHERE case_id = %s AND stopped_at IS NULL AND whose = %s"


def on_action(case: Case, procedure: Procedure, action: str, at: dt.datetime) -> list[Clock]:
    """Stop the clocks that hang on an action; returns those it starts, for the caller to write."""
    stopped = [spec.term for spec in procedure.clocks if action in spec.stops]
    if stopped:
        running = case.clocks.filter(term__in=stopped, stopped_at__isnull=True)
        ClockPause.objects.filter(clock__in=running, ended_at__isnull=True).update(ended_at=at)
        running.update(stopped_at=at)
    return [
        _started(case, spec, at)
        for spec in procedure.clocks
        if action in spec.starts and (spec.applies is None or spec.applies(case))
    ]


def _started(case: Case, spec: ClockSpec, at: dt.datetime) -> Clock:
    """A clock with the term in force today, or up to the moment somebody else has set."""
    term = terms.term(spec.term, at.astimezone(days.SHANGHAI).date())
    clock = Clock(
        case=case,
        term=spec.term,
        label=recorded(spec.label),
        whose=spec.whose,
        amount=term.term,
        unit=term.unit,
        source=term.source,
        pausable=spec.pausable,
        started_at=at,
    )
    if spec.until is not None:
        clock.due_at, clock.unit = spec.until(case), FIXED
        clock.amount = max(
            0, (clock.due_at.astimezone(days.SHANGHAI).date() - at.astimezone(days.SHANGHAI).date()).days
        )
    else:
        _derive(clock, ())
    return clock


def stop_all(case: Case, at: dt.datetime) -> None:
    """A closed case has no running clocks."""
    running = case.clocks.filter(stopped_at__isnull=True)
    ClockPause.objects.filter(clock__in=running, ended_at__isnull=True).update(ended_at=at)
    running.update(stopped_at=at)


def pause(case: Case, at: dt.datetime, reason: str) -> None:
    """Let the office's pausable clocks stand still while the applicant is waited for."""
    running = case.clocks.filter(stopped_at__isnull=True, pausable=True, whose=Clock.Whose.OFFICE)
    ClockPause.objects.bulk_create(
        ClockPause(clock=clock, started_at=at, reason=reason)
        for clock in running.exclude(pauses__ended_at__isnull=True, pauses__isnull=False)
    )


def resume(case: Case, at: dt.datetime) -> None:
    """Let paused clocks run again; what was paused pushes the due moment by the real time."""
    ClockPause.objects.filter(clock__case=case, clock__stopped_at__isnull=True, ended_at__isnull=True).update(
        ended_at=at
    )
    rederive(case.clocks.filter(stopped_at__isnull=True))


def extendable(case: Case) -> None:
    """Raise unless the law allows an extension that was not granted yet.

    :raises ValidationError: when it does not.
    """
    if not _to_extend(case).exists():
        raise ValidationError(_("该事项的时限依法不能延长，或者已经延长过一次。"))


def _to_extend(case: Case) -> QuerySet[Clock]:
    terms_with_one = [spec.term for spec in case.definition.clocks if spec.extension]
    return case.clocks.filter(stopped_at__isnull=True, term__in=terms_with_one, extended_by=0)


def extend(case: Case, at: dt.datetime) -> list[Clock]:
    """Grant the one extension the law allows; clocks without one, or already extended, stay as they are."""
    extensions = {spec.term: spec.extension for spec in case.definition.clocks}
    on = at.astimezone(days.SHANGHAI).date()
    extended = list(_to_extend(case))
    for clock in extended:
        clock.extended_by = terms.term(extensions[clock.term], on).term
        clock.save(update_fields=["extended_by"])
    rederive(Clock.objects.filter(pk__in=[clock.pk for clock in extended]))
    return extended


def rederive(clocks: Iterable[Clock]) -> int:
    """Derive due moments anew, as after a change of the calendar; returns how many moved."""
    moved = []
    for clock in _with_pauses(clocks):
        before = (clock.due_at, clock.confirmed)
        _derive(clock, clock.pauses.all())
        if (clock.due_at, clock.confirmed) != before:
            moved.append(clock)
    Clock.objects.bulk_update(moved, ["due_at", "confirmed"])
    return len(moved)


def explain(clock: Clock) -> list[str]:
    """How the due moment follows from the law and the facts, one line each."""
    derivation = _derivation(clock, clock.pauses.all())
    lines = [_("依据：%(source)s") % {"source": clock.source}, *derivation.lines]
    lines += [
        _("暂停：%(start)s 至 %(end)s，理由：%(reason)s")
        % {
            "start": day(pause.started_at),
            "end": day(pause.ended_at) if pause.ended_at else _("今"),
            "reason": pause.reason,
        }
        for pause in clock.pauses.all()
    ]
    return lines


def counted_in(clock: Clock) -> str:
    """The unit a clock's use is counted in: its own, or days where that is a month, a year or a day of one."""
    return clock.unit if clock.unit in COUNTED else "day"


def length(clock: Clock) -> int:
    """The whole term in the unit its use is counted in, leaving pauses out."""
    if clock.unit in COUNTED:
        return clock.amount + clock.extended_by
    return _spent(clock, clock.due_at)


def used(clock: Clock, at: dt.datetime) -> int:
    """How much of the term is used up, in the unit it is counted in, leaving pauses out."""
    return _spent(clock, min(at, clock.stopped_at or at))


def _spent(clock: Clock, end: dt.datetime) -> int:
    spent = _count(clock, clock.started_at, end)
    for pause in clock.pauses.all():
        spent -= _count(clock, pause.started_at, min(end, pause.ended_at or end))
    return max(0, spent)


def _count(clock: Clock, start: dt.datetime, end: dt.datetime) -> int:
    if end <= start:
        return 0
    if clock.unit == "hour":
        return int((end - start).total_seconds() // 3600)
    first, last = start.astimezone(days.SHANGHAI).date(), end.astimezone(days.SHANGHAI).date()
    return days.working_days_between(first, last) if clock.unit == "working_day" else (last - first).days


def _derive(clock: Clock, pauses: Iterable[ClockPause]) -> None:
    derivation = _derivation(clock, pauses)
    clock.due_at, clock.confirmed = derivation.due, derivation.confirmed


def _derivation(clock: Clock, pauses: Iterable[ClockPause]) -> deadlines.Derivation:
    if clock.unit == FIXED:
        set_for = _("期限由有权机关确定为 %(day)s") % {"day": day(clock.due_at)}
        return deadlines.Derivation(clock.due_at, (set_for,), confirmed=True)
    spans = ((pause.started_at, pause.ended_at) for pause in pauses)
    return deadlines.due(clock.started_at, clock.amount + clock.extended_by, clock.unit, spans)


def _with_pauses(clocks) -> Iterable[Clock]:
    return clocks.prefetch_related(Prefetch("pauses", ClockPause.objects.order_by("started_at")))


def next_due_at(case: Case) -> dt.datetime | None:
    """When the earliest clock that runs for the office ends, as lists of cases tell it (``with_due``)."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_DUE, [case.pk, Clock.Whose.OFFICE])
        return cursor.fetchone()[0]


def next_due(case: Case) -> str:
    """The day the case's earliest running clock ends, in words; empty when none runs."""
    running = case.clocks.filter(stopped_at__isnull=True).order_by("due_at").first()
    return day(running.due_at) if running else ""


def day(moment: dt.datetime) -> str:
    """The Shanghai day of a moment, as notices write it."""
    return moment.astimezone(days.SHANGHAI).strftime("%Y-%m-%d")
