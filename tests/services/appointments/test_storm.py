"""Many at once: the last place is taken once, nothing is doubled, and the sums of a slot always come out."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.kernel.workcalendar import clock
from apps.services.appointments import booking, waiting
from apps.services.appointments.models import Booking, Release, Slot
from apps.services.appointments.refusals import codes
from tests import factories
from tests import factories_appointments as made
from tests.factories_appointments import NOW, PHONE, at

State = Booking.State


def together(*jobs: Callable) -> list:
    """What came of each job when all of them run at the same moment: its result, or its refusal."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(position: int, job: Callable) -> None:
        gate.wait()
        try:
            results[position] = job()
        except ValidationError as error:
            results[position] = codes(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def balanced(slot: Slot) -> bool:
    """Remaining places, bookings that occupy one and places about to come free make the capacity."""
    row = Slot.objects.get(pk=slot.pk)
    taken = Booking.objects.filter(slot=row, state__in=Booking.OCCUPYING).count()
    return row.public_remaining + taken + Release.objects.filter(slot=row).count() == row.public_capacity


def _booking(actor, slot: Slot, key: str | None = None) -> Callable:
    code = made.identity_code(actor)
    return lambda: booking.book(actor, slot, identity_code=code, phone=PHONE, idempotency_key=key)


@pytest.mark.django_db(transaction=True)
def test_eight_want_the_last_place_and_one_gets_it():
    slot = made.slot(starts_at=_tomorrow(), places=1)
    results = together(*(_booking(factories.citizen(f"市民{number}"), slot) for number in range(8)))
    assert sum(isinstance(each, Booking) for each in results) == 1
    assert sum(each == {"full"} for each in results) == 7
    assert balanced(slot)


@pytest.mark.django_db(transaction=True)
def test_the_same_submission_sent_four_times_at_once_books_once():
    slot, citizen = made.slot(starts_at=_tomorrow(), places=4), factories.citizen()
    results = together(*(_booking(citizen, slot, "double-click-01") for _ in range(4)))
    assert len({each.pk for each in results}) == 1
    assert balanced(slot)
    assert Slot.objects.get().public_remaining == 3


@pytest.mark.django_db(transaction=True)
def test_one_person_in_two_tabs_gets_one_place_in_the_half_day():
    site, citizen = made.site(), factories.citizen()
    slots = [made.slot(site, starts_at=_tomorrow() + dt.timedelta(minutes=30 * step)) for step in range(3)]
    results = together(*(_booking(citizen, slot) for slot in slots))
    assert sum(isinstance(each, Booking) for each in results) == 1
    assert all(balanced(slot) for slot in slots)


@pytest.mark.django_db(transaction=True)
def test_a_lapsed_hold_is_collected_once_however_many_come_for_it():
    slot = made.slot(starts_at=_tomorrow(), places=1)
    booking.hold(factories.citizen(), slot)
    Booking.objects.update(held_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    slot.refresh_from_db()
    results = together(*(_booking(factories.citizen(f"市民{number}"), slot) for number in range(6)))
    assert sum(isinstance(each, Booking) for each in results) == 1
    assert balanced(slot)


@pytest.mark.django_db(transaction=True)
def test_confirming_and_collecting_the_same_hold_never_give_the_place_twice():
    slot, citizen, other = made.slot(starts_at=_tomorrow(), places=1), factories.citizen(), factories.citizen("李强")
    held = booking.hold(citizen, slot)
    slot.refresh_from_db()
    code = made.identity_code(citizen)
    together(
        lambda: booking.confirm(held, citizen, identity_code=code, phone=PHONE),
        lambda: booking.cancel(held, citizen),
        lambda: waiting.settle(slot.pk),
        _booking(other, slot),
    )
    assert balanced(slot)


@pytest.mark.django_db(transaction=True)
def test_two_moves_to_the_last_place_leave_one_where_it_was():
    site = made.site()
    wanted = made.slot(site, starts_at=_tomorrow() + dt.timedelta(hours=1), places=1)
    people = [factories.citizen(f"市民{number}") for number in range(3)]
    old = made.slot(site, starts_at=_tomorrow(), places=3)
    rows = [(made.booked(each, old), each) for each in people]
    results = together(*(lambda row=row, who=who: booking.move(row, who, wanted) for row, who in rows))
    assert sum(isinstance(each, Booking) for each in results) == 1
    assert balanced(old)
    assert balanced(wanted)


def _tomorrow() -> dt.datetime:
    return at(9, day=clock.today() + dt.timedelta(days=1))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hold", "confirm", "cancel", "move", "wait", "settle", "pass"]),
        st.integers(0, 3),
        st.integers(0, 1),
    ),
    max_size=25,
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_people_do_the_sums_of_every_slot_come_out(db, steps):
    with transaction.atomic(), time_machine.travel(NOW, tick=False) as time:
        site = made.site()
        slots = [made.slot(site, places=2), made.slot(site, starts_at=at(10), places=1)]
        people = [factories.citizen(f"市民{number}") for number in range(4)]
        for step, who, which in steps:
            _do(step, people[who], slots[which], time)
            assert all(balanced(slot) for slot in slots)
        transaction.set_rollback(True)


def _do(step: str, actor, slot: Slot, time) -> None:
    row = Booking.objects.filter(visitor=actor.party, state__in=Booking.LIVE).first()
    slot.refresh_from_db()
    try:
        match step:
            case "hold":
                booking.hold(actor, slot)
            case "confirm" if row:
                booking.confirm(row, actor, identity_code=made.identity_code(actor), phone=PHONE)
            case "cancel" if row:
                booking.cancel(row, actor)
            case "move" if row:
                booking.move(row, actor, slot)
            case "wait":
                waiting.join(actor, site=slot.site, line=slot.line, day=slot.day)
            case "settle":
                waiting.settle(slot.pk)
            case "pass":
                time.shift(dt.timedelta(minutes=9))
    except ValidationError:
        pass
