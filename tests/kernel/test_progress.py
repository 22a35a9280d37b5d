"""How far long work is: share, speed and what is left, from the moments a run keeps (Art 6)."""

import datetime as dt

import time_machine

from apps.kernel.progress import Progress

NINE = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.UTC)


def at(minutes: float) -> dt.datetime:
    return NINE + dt.timedelta(minutes=minutes)


def test_half_done_in_a_minute_needs_another():
    with time_machine.travel(at(1), tick=False):
        half = Progress(done=600, total=1200, began=NINE, moved=at(1), ended=None)
        assert (half.share, half.rate, half.took, half.left) == (
            50,
            10,
            dt.timedelta(minutes=1),
            dt.timedelta(minutes=1),
        )
        assert not half.quiet


def test_what_has_not_moved_for_two_minutes_is_quiet_and_what_has_ended_never():
    with time_machine.travel(at(5), tick=False):
        assert Progress(600, 1200, NINE, at(1), None).quiet
        over = Progress(1200, 1200, NINE, at(2), at(2))
        assert (over.quiet, over.left, over.share) == (False, None, 100)


def test_nothing_done_yet_promises_nothing_and_nothing_to_do_is_done():
    with time_machine.travel(NINE, tick=False):
        assert Progress(0, 1200, NINE, NINE, None).left is None
        assert Progress(0, 0, NINE, NINE, NINE).share == 100
