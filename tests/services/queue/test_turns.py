"""Whose turn it is: a total order in which nobody starves, whatever people come and whenever."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.services.queue import turns

RULES = turns.Policy(
    priority_minutes=45,
    booked_minutes=20,
    booked_late_minutes=15,
    missed_grace_minutes=30,
    green_limit_minutes=45,
    return_after_tickets=3,
    returns_allowed=1,
    calls_before_missed=2,
    estimate_weeks=4,
    estimate_sample=20,
)
NINE = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
minutes = st.integers(0, 480).map(lambda each: dt.timedelta(minutes=each))


@st.composite
def people(draw):
    """Somebody who comes at some time, perhaps with priority, perhaps with a booking."""
    drawn = NINE + draw(minutes)
    booked_for = draw(st.none() | minutes.map(lambda each: NINE + each))
    return drawn, draw(st.booleans()), booked_for


def turn(person) -> dt.datetime:
    drawn, priority, booked_for = person
    return turns.turn_at(drawn, RULES, priority=priority, booked_for=booked_for)


@given(people(), people())
def test_nobody_who_comes_later_than_the_longest_head_start_gets_in_front(first, second):
    due = max(first[0], first[2] or first[0])
    if second[0] > due + RULES.longest_head_start:
        assert turn(second) > turn(first)


@given(st.lists(people(), max_size=30))
def test_the_order_is_total_and_each_wait_is_bounded(everybody):
    order = sorted(range(len(everybody)), key=lambda index: (turn(everybody[index]), index))
    assert len({(turn(everybody[index]), index) for index in order}) == len(everybody)
    for position, index in enumerate(order):
        due = max(everybody[index][0], everybody[index][2] or everybody[index][0])
        assert all(everybody[other][0] <= due + RULES.longest_head_start for other in order[:position])


@given(minutes, st.booleans())
def test_a_booking_never_counts_from_earlier_than_its_head_start_before_coming(came, priority):
    drawn = NINE + came
    plain = turns.turn_at(drawn, RULES, priority=priority)
    booked = turns.turn_at(drawn, RULES, priority=priority, booked_for=NINE)
    assert plain - RULES.booked <= booked <= plain


@pytest.mark.parametrize(("late", "kept"), [(15, True), (16, False)])
def test_who_comes_too_late_for_a_booking_waits_like_anybody(late, kept):
    drawn = NINE + dt.timedelta(minutes=late)
    booked = turns.turn_at(drawn, RULES, priority=False, booked_for=NINE)
    assert (booked < drawn) is kept


@pytest.mark.django_db
def test_the_rules_are_dated_law():
    assert turns.policy() == RULES
