"""Making the coming days' slots from the templates over the working calendar."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.kernel.workcalendar import days as workdays
from apps.kernel.workcalendar.models import CalendarYear, Day
from apps.services.appointments import plan
from apps.services.appointments.models import Half, Slot, SlotTemplate
from tests import factories
from tests import factories_appointments as made
from tests.factories_appointments import NOW, SHANGHAI

pytestmark = pytest.mark.django_db


def _template(site=None, **fields) -> SlotTemplate:
    hours = {"begins": dt.time(11), "ends": dt.time(13), "public_places": 2, "internal_places": 1}
    return SlotTemplate.objects.create(
        site=site or made.site(), line=made.business_line(), valid_from=dt.date(2026, 1, 1), **{**hours, **fields}
    )


def test_half_hours_on_every_working_day_of_the_coming_fourteen_and_a_second_run_adds_none(time):
    _template()
    assert plan.make_slots() == 4 * 11  # Mondays to Fridays from 23 November to 7 December
    assert plan.make_slots() == 0
    first = list(Slot.objects.filter(day=NOW.date()).order_by("starts_at"))
    assert [f"{slot.starts_at.astimezone(SHANGHAI):%H:%M}" for slot in first] == ["11:00", "11:30", "12:00", "12:30"]
    assert [slot.half for slot in first] == [Half.MORNING, Half.MORNING, Half.AFTERNOON, Half.AFTERNOON]
    assert {(slot.public_remaining, slot.internal_remaining) for slot in first} == {(2, 1)}


def test_a_day_that_becomes_a_holiday_loses_what_nobody_booked(time):
    _template()
    plan.make_slots()
    holiday = dt.date(2026, 11, 26)
    booked = Slot.objects.filter(day=holiday).first()
    made.booked(factories.citizen(), booked)
    year = CalendarYear.objects.get(year=2026)
    Day.objects.create(year=year, date=holiday, kind=Day.Kind.HOLIDAY, name="临时休息")
    plan.make_slots()
    assert list(Slot.objects.filter(day=holiday)) == [booked]


def test_weekdays_and_validity_narrow_a_template(time):
    _template(weekdays=[0], valid_to=dt.date(2026, 12, 1))
    plan.make_slots()
    assert set(Slot.objects.values_list("day", flat=True)) == {dt.date(2026, 11, 23), dt.date(2026, 11, 30)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begins=st.integers(0, 46), halves=st.integers(1, 10))
def test_every_slot_lies_within_its_template_on_a_working_day(time, begins, halves):
    ends = min(begins + halves, 47)
    SlotTemplate.objects.all().delete()
    Slot.objects.all().delete()
    clock = [dt.time(step // 2, 30 * (step % 2)) for step in range(48)]
    _template(begins=clock[begins], ends=clock[ends] if ends > begins else dt.time(23, 59))
    plan.make_slots()
    for slot in Slot.objects.all():
        local = slot.starts_at.astimezone(SHANGHAI)
        assert workdays.is_working(slot.day)
        assert local.date() == slot.day
        assert clock[begins] <= local.time() < clock[ends]
