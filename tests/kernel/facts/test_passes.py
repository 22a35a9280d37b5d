"""How far a pass over the city is: share, speed and what is left, from the moments its run keeps (Arts 12, 32, 34)."""

import datetime as dt
from types import SimpleNamespace

import time_machine

from apps.kernel.facts.passes import Progress

NINE = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)


def at(minutes: float) -> dt.datetime:
    return NINE + dt.timedelta(minutes=minutes)


def run(*, worked: dt.datetime, total: int = 1200, finished: dt.datetime | None = None) -> SimpleNamespace:
    return SimpleNamespace(total=total, started_at=NINE, worked_at=worked, finished_at=finished)


def test_half_done_in_a_minute_needs_another():
    minute = dt.timedelta(minutes=1)
    with time_machine.travel(at(1), tick=False):
        half = Progress.of(run(worked=at(1)), 600, running=True)
    assert (half.share, half.rate, half.took, half.left, half.quiet) == (50, 10, minute, minute, False)


def test_what_has_not_moved_for_two_minutes_is_quiet_and_what_has_ended_never():
    with time_machine.travel(at(5), tick=False):
        assert Progress.of(run(worked=at(1)), 600, running=True).quiet
        over = Progress.of(run(worked=at(2), finished=at(2)), 1200, running=False)
    assert (over.quiet, over.left, over.share) == (False, None, 100)


def test_a_stage_is_timed_from_its_own_beginning():
    later = Progress.of(run(worked=at(90_001)), 600, running=True, began=at(90_000))
    assert (later.rate, later.took) == (10, dt.timedelta(minutes=1))


def test_nothing_done_yet_promises_nothing_and_nothing_to_do_is_done():
    with time_machine.travel(NINE, tick=False):
        assert Progress.of(run(worked=NINE), 0, running=True).left is None
        assert Progress.of(run(worked=NINE, total=0), 0, running=False).share == 100
