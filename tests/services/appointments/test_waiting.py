"""The waiting list: in order, for a limited time, and nobody overtakes."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from apps.kernel.notifications.models import Message
from apps.services.appointments import booking, waiting
from apps.services.appointments.models import Booking, Release, Slot, WaitingEntry
from apps.services.appointments.refusals import codes
from apps.services.appointments.todos import appointments_ahead
from tests import factories
from tests import factories_appointments as made
from tests.factories_appointments import DAY, PHONE, at

pytestmark = pytest.mark.django_db
State = WaitingEntry.State


def _full_slot():
    slot, holder = made.slot(places=1), factories.citizen("先来的人")
    return slot, holder, made.booked(holder, slot)


def _wait(actor, slot, half: str = "") -> WaitingEntry:
    return waiting.join(actor, site=slot.site, line=slot.line, day=DAY, half=half)


def test_a_freed_place_goes_to_who_waited_longest_and_nobody_overtakes(time):
    slot, holder, row = _full_slot()
    first, second, passer_by = (factories.citizen(name) for name in ("张一", "张二", "路人"))
    waits = [_wait(first, slot), _wait(second, slot, "am")]
    assert waiting.ahead_of(waits[1]) == 1
    booking.cancel(row, holder)
    time.move_to(Release.objects.get().free_at)
    assert Slot.objects.with_free().get(pk=slot.pk).free == 0
    with pytest.raises(booking.Full):
        booking.hold(passer_by, Slot.objects.get(pk=slot.pk))
    waits[0].refresh_from_db()
    assert (waits[0].state, waits[0].booking.is_held) == (State.OFFERED, True)
    assert Message.objects.get(party=first.party).template == "appointment-offered"
    booking.confirm(waits[0].booking, first, identity_code=made.identity_code(first), phone=PHONE)
    waits[0].refresh_from_db()
    assert waits[0].state == State.TAKEN


def test_an_offer_is_to_be_confirmed_before_it_lapses_not_before_the_appointment(time):
    slot, holder, row = _full_slot()
    first = factories.citizen("张一")
    _wait(first, slot)
    booking.cancel(row, holder)
    time.move_to(Release.objects.get().free_at)
    waiting.sweep()
    offer = Booking.objects.get(visitor=first.party)
    (todo,) = appointments_ahead(first)
    until = timezone.localtime(offer.held_until)
    assert (todo.due, f"{until:%H:%M} 前确认" in todo.note) == (until.date(), True)
    assert todo.due < offer.day


def test_an_offer_nobody_confirms_goes_to_the_next(time):
    slot, holder, row = _full_slot()
    waits = [_wait(factories.citizen(name), slot) for name in ("张一", "张二")]
    booking.cancel(row, holder)
    time.move_to(Release.objects.get().free_at)
    assert waiting.sweep() == 1
    time.shift(dt.timedelta(minutes=60))
    waiting.sweep()
    for entry, state in zip(waits, (State.LAPSED, State.OFFERED), strict=True):
        entry.refresh_from_db()
        assert entry.state == state


def test_the_sweep_a_second_time_changes_nothing(time):
    slot, holder, row = _full_slot()
    _wait(factories.citizen("张一"), slot)
    booking.cancel(row, holder)
    time.move_to(Release.objects.get().free_at)
    assert (waiting.sweep(), waiting.sweep()) == (1, 0)
    assert Booking.objects.filter(state=Booking.State.HELD).count() == 1


def test_who_waits_for_the_afternoon_is_not_offered_the_morning(time):
    slot, holder, row = _full_slot()
    entry = _wait_for_afternoon(slot)
    booking.cancel(row, holder)
    time.move_to(Release.objects.get().free_at)
    waiting.settle(slot.pk)
    entry.refresh_from_db()
    assert entry.state == State.WAITING
    assert Slot.objects.get(pk=slot.pk).public_remaining == 1


def _wait_for_afternoon(slot) -> WaitingEntry:
    afternoon = made.slot(slot.site, starts_at=at(14), places=1)
    made.booked(factories.citizen("李四"), afternoon)
    return _wait(factories.citizen("张一"), slot, "pm")


def test_nobody_waits_while_places_are_left_twice_or_for_a_closed_day(time):
    free, citizen = made.slot(), factories.citizen()
    with pytest.raises(ValidationError) as refused:
        _wait(citizen, free)
    assert codes(refused.value) == {"free"}
    slot, _holder, _row = _full_slot()
    _wait(citizen, slot)
    with pytest.raises(ValidationError) as refused:
        _wait(citizen, slot)
    assert codes(refused.value) == {"waiting"}
    with pytest.raises(ValidationError) as refused:
        waiting.join(citizen, site=slot.site, line=slot.line, day=dt.date(2027, 5, 1))
    assert codes(refused.value) == {"closed"}


def test_only_the_own_entry_can_be_withdrawn(time):
    slot, _holder, _row = _full_slot()
    citizen = factories.citizen()
    entry = _wait(citizen, slot)
    with pytest.raises(PermissionDenied):
        waiting.withdraw(entry, factories.citizen("陌生人"))
    waiting.withdraw(entry, citizen)
    entry.refresh_from_db()
    assert entry.state == State.WITHDRAWN
