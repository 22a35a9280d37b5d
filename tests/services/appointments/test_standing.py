"""Missed appointments: after three in 90 days online booking pauses; appeals; who is never paused."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.facts import runs, writer
from apps.kernel.notifications.models import Message
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.services.appointments import arrivals, booking, reminders, standing
from apps.services.appointments.models import Appeal, Booking
from apps.services.appointments.refusals import codes
from tests import factories, factories_assistance
from tests import factories_appointments as made
from tests.factories_appointments import DAY, NOW, at

pytestmark = pytest.mark.django_db
State = Booking.State


def _missed(actor, site, days_ago: int) -> Booking:
    slot = made.slot(site, starts_at=at(9, day=NOW.date() - dt.timedelta(days=days_ago)))
    return Booking.objects.create(
        slot=slot,
        day=slot.day,
        half=slot.half,
        party=actor.party,
        visitor=actor.party,
        booked_by=actor.user,
        channel="online",
        state=State.MISSED,
    )


@pytest.mark.parametrize(
    ("days_ago", "suspended"),
    [((3, 20), False), ((3, 20, 40), True), ((3, 20, 93), False), ((31, 40, 50), False), ((30, 40, 50), True)],
)
def test_three_missed_in_ninety_days_pause_online_booking_for_thirty(time, days_ago, suspended):
    citizen, site = factories.citizen(), made.site()
    for days in days_ago:
        _missed(citizen, site, days)
    assert (standing.suspension(citizen.party) is not None) == suspended
    if suspended:
        with pytest.raises(ValidationError) as refused:
            booking.hold(citizen, made.slot(site))
        assert codes(refused.value) == {"suspended"}
    else:
        assert booking.hold(citizen, made.slot(site)).is_held


def test_the_elderly_and_people_with_disabilities_are_never_paused(time):
    elder = factories.citizen("沈玉珍", born=dt.date(1966, 11, 23))
    a_day_younger = factories.citizen("周思远", born=dt.date(1966, 11, 24))
    disabled = factories.citizen("何平")
    run = runs.start("departments", kind="pull", as_of=NOW.date())
    writer.write([(disabled.party.pk, "disabled_person", True, NOW.date())], run=run)
    for person in (elder, a_day_younger, disabled):
        for days in (3, 20, 40):
            _missed(person, made.site(), days)
    paused = [standing.suspension(person.party) is not None for person in (elder, a_day_younger, disabled)]
    assert paused == [False, True, False]


def test_who_told_us_of_a_need_is_never_paused_either(time):
    visitor, site = factories.citizen("何平"), made.site()
    for days in (3, 20, 40):
        _missed(visitor, site, days)
    assert standing.suspension(visitor.party) is not None
    factories_assistance.profile(visitor, mobility="wheelchair")
    assert standing.suspension(visitor.party) is None


def test_the_counter_still_books_for_who_is_paused(time):
    office, citizen = factories.tax_office(), factories.citizen()
    site = made.site(office)
    for days in (3, 20, 40):
        _missed(citizen, site, days)
    slot = made.slot(site, internal=1)
    row = booking.book_for(factories.staff(office), slot, identity_code=made.identity_code(citizen), phone="")
    assert row.state == State.CONFIRMED


def test_an_appeal_upheld_ends_the_pause_and_the_visitor_is_told(time):
    office, citizen = factories.tax_office(), factories.citizen()
    rows = [_missed(citizen, made.site(office), days) for days in (3, 20, 40)]
    appeal = standing.appeal(rows[0], citizen, reason="当天住院。")
    standing.decide(appeal, factories.staff(office), upheld=True, opinion="情况属实。")
    assert standing.suspension(citizen.party) is None
    assert Message.objects.get(party=citizen.party).template == "appointment-appeal"


def test_a_refusal_needs_a_reason_and_nothing_is_decided_twice(time):
    office, citizen = factories.tax_office(), factories.citizen()
    clerk = factories.staff(office)
    appeal = standing.appeal(_missed(citizen, made.site(office), 3), citizen, reason="忘了。")
    with pytest.raises(ValidationError) as refused:
        standing.decide(appeal, clerk, upheld=False, opinion="")
    assert "opinion" in refused.value.message_dict
    standing.decide(appeal, clerk, upheld=False, opinion="不属于特殊原因。")
    with pytest.raises(ValidationError):
        standing.decide(appeal, clerk, upheld=True, opinion="")
    assert not Booking.objects.get(pk=appeal.booking_id).excused


def test_only_the_visitor_appeals_and_only_the_sites_office_decides(time):
    office, citizen = factories.tax_office(), factories.citizen()
    row = _missed(citizen, made.site(office), 3)
    with pytest.raises(PermissionDenied):
        standing.appeal(row, factories.citizen("陌生人"), reason="x")
    appeal = standing.appeal(row, citizen, reason="当天住院。")
    with pytest.raises(ValidationError):
        standing.appeal(row, citizen, reason="再说一次")
    for actor in (
        factories.staff(factories.tax_office("浦东")),
        factories.staff(office, Role.AUDITOR, name="何审"),
        citizen,
    ):
        with pytest.raises(PermissionDenied):
            standing.decide(appeal, actor, upheld=True, opinion="")
    assert Appeal.objects.get().state == Appeal.State.WAITING


def test_who_did_not_come_is_noted_once_and_who_came_is_not(time):
    site, missing, present = made.site(), factories.citizen(), factories.citizen("李强")
    slot = made.slot(site)
    away, here = made.booked(missing, slot), made.booked(present, slot)
    time.move_to(at(9))
    arrivals.attend(here, Actor.system("kiosk"))
    time.shift(dt.timedelta(days=1))
    assert (standing.mark_missed(), standing.mark_missed()) == (1, 0)
    assert [Booking.objects.get(pk=row.pk).state for row in (away, here)] == [State.MISSED, State.ATTENDED]
    assert Message.objects.filter(party=missing.party, template="appointment-missed").count() == 1


def test_visitors_are_reminded_once_the_day_before(time):
    citizen = factories.citizen()
    made.booked(citizen, made.slot())
    assert reminders.sweep() == 0
    time.shift(dt.timedelta(days=1))
    assert (reminders.sweep(), reminders.sweep()) == (1, 0)
    assert "居民身份证" in Message.objects.get(template="appointment-tomorrow").body


def test_the_code_opens_its_appointment_and_a_forged_one_nothing(time):
    row = made.booked(factories.citizen(), made.slot())
    token = arrivals.checkin_token(row)
    assert arrivals.find_by_token(f" {token} ").pk == row.pk
    assert arrivals.find_by_token(token[:-1]) is None
    assert arrivals.find_by_token(row.ref) is None


def test_checking_in_on_another_day_or_by_another_office_is_refused(time):
    office = factories.tax_office()
    row = made.booked(factories.citizen(), made.slot(made.site(office)))
    with pytest.raises(ValidationError, match="不是今天"):
        arrivals.attend(row, factories.staff(office))
    time.move_to(at(9))
    with pytest.raises(PermissionDenied):
        arrivals.attend(row, factories.staff(factories.tax_office("浦东")))
    assert arrivals.attend(row, factories.staff(office)).state == State.ATTENDED
    assert row.day == DAY
