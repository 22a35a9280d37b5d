"""Booking a place: hold, confirm, quota, cancel, move, and who may do it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from apps.kernel.audit.models import Event
from apps.kernel.notifications.models import Message
from apps.services.appointments import booking
from apps.services.appointments.models import Booking, Pool, Release, Slot
from apps.services.appointments.refusals import codes
from tests import factories
from tests import factories_appointments as made
from tests.factories_appointments import NOW, PHONE, at

pytestmark = pytest.mark.django_db
State = Booking.State


def fresh(slot: Slot) -> Slot:
    return Slot.objects.with_free().get(pk=slot.pk)


def test_hold_fill_in_confirm(time):
    slot, citizen = made.slot(places=1), factories.citizen()
    held = booking.hold(citizen, slot)
    assert (held.state, fresh(slot).free) == (State.HELD, 0)
    done = booking.confirm(held, citizen, identity_code=f" {made.identity_code(citizen).lower()} ", phone=PHONE)
    assert (done.state, done.phone) == (State.CONFIRMED, PHONE)
    assert Message.objects.get(party=citizen.party).template == "appointment-booked"
    actions = Event.objects.filter(stream=f"appointment/{held.ref}").values_list("action", flat=True)
    assert set(actions) == {"hold", "confirm"}


def test_a_hold_frees_its_place_by_the_clock_alone(time):
    slot, first, second = made.slot(places=1), factories.citizen(), factories.citizen("李强")
    held = booking.hold(first, slot)
    with pytest.raises(booking.Full):
        booking.hold(second, fresh(slot))
    time.shift(dt.timedelta(minutes=10))
    assert fresh(slot).free == 1
    assert booking.hold(second, fresh(slot)).is_held
    held.refresh_from_db()
    assert held.state == State.LAPSED


def test_confirming_too_late_is_told_and_keeps_what_was_typed(time):
    slot, citizen = made.slot(), factories.citizen()
    held = booking.hold(citizen, slot)
    time.shift(dt.timedelta(minutes=10))
    with pytest.raises(ValidationError, match="时间已过") as refused:
        booking.confirm(held, citizen, identity_code=made.identity_code(citizen), phone=PHONE, note="坐轮椅")
    assert codes(refused.value) == {"lapsed"}
    held.refresh_from_db()
    assert (held.phone, held.note, held.has_lapsed) == (PHONE, "坐轮椅", True)


def test_a_foreign_identity_code_books_nothing_and_the_hold_stays(time):
    slot, citizen, other = made.slot(places=1), factories.citizen(), factories.citizen("李强")
    held = booking.hold(citizen, slot)
    with pytest.raises(ValidationError) as refused:
        booking.confirm(held, citizen, identity_code=made.identity_code(other), phone=PHONE)
    assert "identity_code" in refused.value.message_dict
    held.refresh_from_db()
    assert held.is_held
    with pytest.raises(ValidationError):
        booking.book(other, made.slot(slot.site, starts_at=at(10)), identity_code="310101", phone=PHONE)
    assert not Booking.objects.filter(visitor=other.party).exists()


def test_a_past_slot_is_refused(time):
    slot = made.slot(starts_at=at(9, day=NOW.date()))
    with pytest.raises(ValidationError, match="过去") as refused:
        booking.hold(factories.citizen(), slot)
    assert codes(refused.value) == {"past"}


def test_one_appointment_per_person_and_half_day(time):
    citizen, site = factories.citizen(), made.site()
    made.booked(citizen, made.slot(site, starts_at=at(9)))
    with pytest.raises(ValidationError) as refused:
        booking.hold(citizen, made.slot(site, starts_at=at(11)))
    assert codes(refused.value) == {"half_day"}
    assert booking.hold(citizen, made.slot(site, starts_at=at(14))).is_held


def test_the_database_itself_refuses_a_second_one_in_the_half_day_and_places_out_of_bounds(time):
    citizen, slot = factories.citizen(), made.slot(places=1)
    first = made.booked(citizen, slot)
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(
            slot=slot, day=slot.day, half=slot.half, party=first.party, visitor=first.visitor, booked_by=citizen.user,
            channel="online", state=State.CONFIRMED,
        )  # fmt: skip
    for impossible in (-1, 2):
        with pytest.raises(IntegrityError), transaction.atomic():
            Slot.objects.filter(pk=slot.pk).update(public_remaining=impossible)


def test_at_most_three_appointments_at_once(time):
    citizen, site = factories.citizen(), made.site()
    for hour, day in ((9, 25), (14, 25), (9, 26)):
        made.booked(citizen, made.slot(site, starts_at=at(hour, day=dt.date(2026, 11, day))))
    with pytest.raises(ValidationError, match="最多 3 个") as refused:
        booking.hold(citizen, made.slot(site, starts_at=at(14, day=dt.date(2026, 11, 26))))
    assert codes(refused.value) == {"quota"}


def test_picking_another_time_gives_the_first_hold_back_at_once(time):
    citizen, site = factories.citizen(), made.site()
    early, late = made.slot(site, places=1), made.slot(site, starts_at=at(10), places=1)
    booking.hold(citizen, early)
    booking.hold(citizen, late)
    assert (fresh(early).free, fresh(late).free) == (1, 0)


def test_the_same_key_twice_books_once_even_when_the_slot_is_full_since(time):
    citizen, slot = factories.citizen(), made.slot(places=1)
    details = {"identity_code": made.identity_code(citizen), "phone": PHONE, "idempotency_key": "key-00000001"}
    first = booking.book(citizen, slot, **details)
    assert booking.book(citizen, fresh(slot), **details).pk == first.pk
    assert Booking.objects.count() == 1
    assert fresh(slot).public_remaining == 0


def test_a_cancelled_place_comes_free_again_after_a_while_nobody_can_predict(time):
    citizen, other, slot = factories.citizen(), factories.citizen("李强"), made.slot(places=1)
    booking.cancel(made.booked(citizen, slot), citizen)
    assert fresh(slot).free == 0
    free_at = Release.objects.get().free_at
    assert dt.timedelta(minutes=5) <= free_at - NOW <= dt.timedelta(minutes=30)
    with pytest.raises(booking.Full):
        booking.hold(other, fresh(slot))
    time.move_to(free_at)
    assert fresh(slot).free == 1
    assert booking.hold(other, fresh(slot)).is_held
    assert not Release.objects.exists()


def test_cancelling_twice_gives_one_place_back(time):
    citizen, slot = factories.citizen(), made.slot(places=1)
    row = made.booked(citizen, slot)
    booking.cancel(row, citizen)
    booking.cancel(row, citizen)
    assert Release.objects.count() == 1


def test_an_appointment_that_has_begun_can_neither_be_cancelled_nor_moved(time):
    citizen, slot = factories.citizen(), made.slot()
    row, later = made.booked(citizen, slot), made.slot(slot.site, starts_at=at(15))
    time.move_to(at(9))
    for refused in (lambda: booking.cancel(row, citizen), lambda: booking.move(row, citizen, later)):
        with pytest.raises(ValidationError):
            refused()


def test_moving_keeps_the_number_and_gives_the_old_place_back(time):
    citizen, slot = factories.citizen(), made.slot(places=1)
    row, later = made.booked(citizen, slot), made.slot(slot.site, starts_at=at(10), places=1)
    moved = booking.move(row, citizen, later)
    assert (moved.ref, moved.slot, moved.state) == (row.ref, later, State.CONFIRMED)
    assert (fresh(later).public_remaining, Release.objects.get().slot) == (0, slot)


def test_moving_to_a_full_time_leaves_the_appointment_as_it_was(time):
    citizen, slot = factories.citizen(), made.slot(places=1)
    row, full = made.booked(citizen, slot), made.slot(slot.site, starts_at=at(10), places=1)
    made.booked(factories.citizen("李强"), full)
    with pytest.raises(booking.Full):
        booking.move(row, citizen, fresh(full))
    row.refresh_from_db()
    assert (row.slot, row.state) == (slot, State.CONFIRMED)
    assert not Release.objects.exists()


def test_moving_changes_the_time_only(time):
    citizen = factories.citizen()
    row = made.booked(citizen, made.slot())
    with pytest.raises(ValidationError, match="只能改时间"):
        booking.move(row, citizen, made.slot(made.site()))


def test_who_acts_for_a_company_comes_in_person(time):
    manager, slot = factories.representative(factories.company()), made.slot()
    held = booking.hold(manager, slot)
    assert (held.party, held.visitor) == (manager.party, manager.user.own_party)
    booking.confirm(held, manager, identity_code=manager.user.own_party.person.id_number, phone=PHONE)


def test_a_stranger_can_do_nothing_with_somebody_elses_appointment(time):
    citizen, stranger, slot = factories.citizen(), factories.citizen("陌生人"), made.slot()
    row, later = made.booked(citizen, slot), made.slot(slot.site, starts_at=at(15))
    for attempt in (
        lambda: booking.cancel(row, stranger),
        lambda: booking.move(row, stranger, later),
        lambda: booking.confirm(row, stranger, identity_code="", phone=PHONE),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert not Booking.objects.visible_to(stranger).exists()


def test_the_counter_books_for_somebody_from_its_own_places(time):
    office = factories.tax_office()
    slot, citizen = made.slot(made.site(office), places=0, internal=1), factories.citizen()
    clerk = factories.staff(office)
    row = booking.book_for(clerk, slot, identity_code=made.identity_code(citizen), phone="")
    assert (row.state, row.pool, row.party) == (State.CONFIRMED, Pool.INTERNAL, citizen.party)
    assert fresh(slot).internal_remaining == 0
    assert booking.cancel(row, clerk).state == State.CANCELLED


def test_another_office_and_a_taxpayer_cannot_use_the_counters_places(time):
    slot, citizen = made.slot(made.site(factories.tax_office()), internal=1), factories.citizen()
    for actor in (factories.staff(factories.tax_office("浦东")), citizen):
        with pytest.raises(PermissionDenied):
            booking.book_for(actor, slot, identity_code=made.identity_code(citizen), phone=PHONE)
    with pytest.raises(PermissionDenied):
        booking.hold(factories.staff(factories.tax_office()), slot)
