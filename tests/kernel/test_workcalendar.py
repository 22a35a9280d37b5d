"""Working days, due moments and filing dates: known calendars, and properties that hold for all of them."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.kernel.audit.models import Event
from apps.kernel.workcalendar import days, deadlines, filing, loading, upkeep
from apps.kernel.workcalendar.days import SHANGHAI
from apps.kernel.workcalendar.models import CalendarYear, Day, FilingDate
from apps.kernel.workcalendar.periods import Period
from tests.factories_law import keeper

pytestmark = pytest.mark.django_db

# From the first announced calendar to years nobody has announced.
DATES = st.dates(dt.date(2020, 1, 1), dt.date(2028, 12, 31))
MOMENTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=SHANGHAI))  # noqa: DTZ001
UNITS = st.sampled_from([unit for unit in deadlines.Unit if unit != "day_of_next_month"])
LENGTHS = st.timedeltas(dt.timedelta(0), dt.timedelta(days=40))
PAUSES = st.lists(st.tuples(LENGTHS, LENGTHS), max_size=3)


def moment(text: str) -> dt.datetime:
    """A Shanghai moment: 2026-09-28 09:00."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due_day(start: str, term: int, unit: str, *pauses: tuple[str, str], **options) -> dt.date:
    spans = [(moment(begin), moment(end)) for begin, end in pauses]
    return deadlines.due(moment(start), term, unit, spans, **options).due.astimezone(SHANGHAI).date()


# --- days --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (dt.date(2026, 10, 1), False),  # National Day
        (dt.date(2026, 10, 10), True),  # a Saturday worked instead
        (dt.date(2026, 9, 27), False),  # Sunday of the Mid-autumn break
        (dt.date(2026, 10, 8), True),
        (dt.date(2026, 11, 21), False),  # a plain Saturday
    ],
)
def test_holidays_and_makeup_days_count_as_announced(day, working):
    assert days.is_working(day) is working


def test_working_days_skip_the_national_holiday():
    assert days.add_working_days(dt.date(2026, 9, 30), 1) == dt.date(2026, 10, 8)
    assert days.add_working_days(dt.date(2026, 9, 30), 3) == dt.date(2026, 10, 10)
    assert days.working_days_between(dt.date(2026, 9, 30), dt.date(2026, 10, 12)) == 4
    assert days.next_working_day(dt.date(2026, 10, 3)) == dt.date(2026, 10, 8)


def test_beyond_the_table_the_plain_week_holds_and_says_so():
    calendar = days.Calendar()
    assert calendar.is_working(dt.date(2040, 1, 2))
    assert not calendar.is_working(dt.date(2040, 1, 1))
    assert not calendar.confirmed


def test_a_known_year_is_confirmed_and_read_once(django_assert_num_queries):
    calendar = days.Calendar()
    with django_assert_num_queries(2):  # the mark, then the days of the year
        calendar.add_working_days(dt.date(2026, 2, 1), 200)
    assert calendar.confirmed
    with django_assert_num_queries(1):  # for another calendar of this process the mark is enough
        days.Calendar().add_working_days(dt.date(2026, 2, 1), 200)


def test_a_day_added_by_another_process_is_seen_at_once():
    assert days.is_working(dt.date(2026, 11, 23))
    Day.objects.create(date=dt.date(2026, 11, 23), year_id=2026, kind=Day.Kind.HOLIDAY, name="台风停工")
    assert not days.is_working(dt.date(2026, 11, 23))


def test_the_administrator_is_warned_before_the_calendar_runs_out():
    assert days.warnings(dt.date(2026, 6, 1)) == []
    (soon,) = days.warnings(dt.date(2026, 11, 23))
    assert "2027" in soon
    assert len(days.warnings(dt.date(2028, 11, 23))) == 2
    CalendarYear.objects.create(year=2027, confirmed=True)
    assert days.warnings(dt.date(2026, 11, 23)) == []


@given(day=DATES, n=st.integers(0, 60))
@settings(deadline=None)
def test_counting_back_gives_what_was_added(day, n):
    calendar = days.Calendar()
    reached = calendar.add_working_days(day, n)
    assert calendar.working_days_between(day, reached) == n
    assert n == 0 or calendar.is_working(reached)


@given(a=DATES, b=DATES, c=DATES)
@settings(deadline=None)
def test_working_days_between_adds_up_and_turns_round(a, b, c):
    between = days.Calendar().working_days_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)


@given(day=DATES, n=st.integers(-60, 60))
@settings(deadline=None)
def test_a_later_start_never_ends_earlier(day, n):
    calendar = days.Calendar()
    assert calendar.add_working_days(day, n) <= calendar.add_working_days(day + days.ONE_DAY, n)


# --- due moments -------------------------------------------------------------------------


def test_the_day_of_the_start_is_not_counted():
    assert due_day("2026-11-23 09:00", 1, "working_day") == dt.date(2026, 11, 24)
    assert due_day("2026-11-21 09:00", 5, "working_day") == dt.date(2026, 11, 27)  # received on a Saturday


def test_a_due_moment_is_the_end_of_the_day_in_shanghai():
    assert deadlines.due(moment("2026-11-23 09:00"), 1, "day").due == moment("2026-11-24 23:59:59")
    # Late on the 23rd in London is the 24th in Shanghai.
    assert due_day("2026-11-24 00:30", 1, "day") == dt.date(2026, 11, 25)
    london = dt.datetime(2026, 11, 23, 16, 30, tzinfo=dt.UTC)
    assert deadlines.due(london, 1, "day").due == moment("2026-11-25 23:59:59")


def test_a_period_that_ends_on_a_rest_day_ends_on_the_next_working_day():
    assert due_day("2026-09-21 09:00", 10, "day") == dt.date(2026, 10, 8)  # 1 October
    assert due_day("2026-09-21 09:00", 10, "day", roll="none") == dt.date(2026, 10, 1)


def test_months_end_on_the_corresponding_day_or_the_last_of_the_month():
    assert due_day("2025-11-28 09:00", 3, "month") == dt.date(2026, 2, 28)  # a Saturday worked
    assert due_day("2026-01-31 09:00", 1, "month") == dt.date(2026, 2, 28)
    assert due_day("2024-02-29 09:00", 1, "year", roll="none") == dt.date(2025, 2, 28)


def test_tax_periods_are_lengthened_by_long_holidays_inside_them():
    # 实施细则 Art 109: seven days of holiday within the fifteen.
    assert due_day("2026-09-28 09:00", 15, "day", roll="tax") == dt.date(2026, 10, 22)
    assert due_day("2026-09-28 09:00", 15, "day") == dt.date(2026, 10, 13)


def test_hours_run_on_through_the_night_and_holidays():
    assert deadlines.due(moment("2026-10-01 18:00"), 24, "hour").due == moment("2026-10-02 18:00")
    paused = [(moment("2026-10-01 20:00"), moment("2026-10-01 23:30"))]
    assert deadlines.due(moment("2026-10-01 18:00"), 24, "hour", paused).due == moment("2026-10-02 21:30")


def test_the_fifteenth_of_the_next_month():
    assert due_day("2026-10-02 09:00", 15, "day_of_next_month") == dt.date(2026, 11, 16)  # the 15th is a Sunday


def test_resuming_adds_the_working_days_paused():
    # Monday to Thursday paused: three working days later than the Monday it would have been.
    assert due_day("2026-11-16 09:00", 5, "working_day") == dt.date(2026, 11, 23)
    paused = ("2026-11-16 15:00", "2026-11-19 10:00")
    assert due_day("2026-11-16 09:00", 5, "working_day", paused) == dt.date(2026, 11, 26)


def test_overlapping_pauses_are_not_counted_twice():
    pauses = [("2026-11-16 15:00", "2026-11-19 10:00"), ("2026-11-17 09:00", "2026-11-18 10:00")]
    assert due_day("2026-11-16 09:00", 5, "working_day", *pauses) == dt.date(2026, 11, 26)


def test_a_pause_before_the_start_or_after_the_end_changes_nothing():
    pauses = [("2026-11-01 15:00", "2026-11-10 10:00"), ("2026-12-01 09:00", "2026-12-18 10:00")]
    assert due_day("2026-11-16 09:00", 5, "working_day", *pauses) == dt.date(2026, 11, 23)


def test_an_open_pause_reaches_to_now():
    with time_machine.travel(moment("2026-11-19 10:00"), tick=False):
        open_pause = [(moment("2026-11-16 15:00"), None)]
        found = deadlines.due(moment("2026-11-16 09:00"), 5, "working_day", open_pause)
    assert found.due == moment("2026-11-26 23:59:59")


def test_every_step_is_explained_with_its_date():
    paused = [(moment("2026-09-24 15:00"), moment("2026-09-28 10:00"))]
    found = deadlines.due(moment("2026-09-21 09:00"), 8, "day", paused)
    assert [line for line in found.lines if "2026-09-29" in line], "the term by itself"
    assert [line for line in found.lines if "暂停" in line and "4" in line]
    assert [line for line in found.lines if "2026-10-03" in line and "2026-10-08" in line], "the holiday"
    assert found.confirmed


def test_an_unannounced_year_is_said_to_be_provisional():
    found = deadlines.due(moment("2026-12-30 09:00"), 5, "working_day")
    assert not found.confirmed
    assert "尚未公布" in found.lines[-1]


@pytest.mark.parametrize(("term", "unit"), [(-1, "day"), (1, "fortnight"), (1, "fixed")])
def test_a_term_that_cannot_be_counted_is_refused(term, unit):
    with pytest.raises(ValueError, match=r"negative|valid"):
        deadlines.due(moment("2026-11-16 09:00"), term, unit)


def pauses_from(start: dt.datetime, offsets) -> list[tuple[dt.datetime, dt.datetime]]:
    return [(start + after, start + after + length) for after, length in offsets]


@given(start=MOMENTS, term=st.integers(0, 40), unit=UNITS, offsets=PAUSES, roll=st.sampled_from(deadlines.Roll))
@settings(deadline=None)
def test_pauses_never_shorten(start, term, unit, offsets, roll):
    without = deadlines.due(start, term, unit, roll=roll).due
    assert deadlines.due(start, term, unit, pauses_from(start, offsets), roll=roll).due >= without >= start


@given(start=MOMENTS, term=st.integers(0, 40), unit=UNITS, offsets=PAUSES)
@settings(deadline=None)
def test_a_longer_term_never_ends_earlier(start, term, unit, offsets):
    pauses = pauses_from(start, offsets)
    assert deadlines.due(start, term, unit, pauses).due <= deadlines.due(start, term + 1, unit, pauses).due


@given(start=MOMENTS, term=st.integers(1, 40), unit=UNITS.filter(lambda unit: unit != "hour"), offsets=PAUSES)
@settings(deadline=None)
def test_a_term_never_ends_on_a_rest_day(start, term, unit, offsets):
    found = deadlines.due(start, term, unit, pauses_from(start, offsets)).due
    assert days.is_working(found.astimezone(SHANGHAI).date())


# --- filing dates ------------------------------------------------------------------------

OFFICIAL_2026 = [20, 24, 16, 20, 22, 15, 15, 17, 15, 26, 16, 15]
# Announced in their years, kept here to try the rule on calendars it was not made from.
OFFICIAL_2025 = [15, 20, 17, 18, 22, 16, 15, 15, 15, 27, 17, 15]


@pytest.mark.parametrize(("year", "announced"), [(2026, OFFICIAL_2026), (2025, OFFICIAL_2025)])
def test_the_rule_reproduces_every_announced_date(year, announced):
    FilingDate.objects.all().delete()
    assert [filing.monthly_due(year, month).due.day for month in range(1, 13)] == announced


def test_the_official_list_comes_first():
    found = filing.monthly_due(2026, 10)
    assert (found.due, found.official, found.confirmed) == (dt.date(2026, 10, 26), True, True)
    assert "税总办征科函〔2025〕64号" in found.lines[0]
    FilingDate.objects.filter(month=dt.date(2026, 10, 1)).update(due=dt.date(2026, 10, 28))
    assert filing.monthly_due(2026, 10).due == dt.date(2026, 10, 28)


def test_without_an_announcement_the_rule_is_applied_and_flagged():
    found = filing.monthly_due(2027, 3)
    assert (found.due, found.official, found.confirmed) == (dt.date(2027, 3, 15), False, False)


def test_periods_are_filed_in_the_month_after_them():
    assert filing.period_due(Period.parse("2026Q3")).due == dt.date(2026, 10, 26)
    assert filing.period_due(Period.parse("2026Q4")).due == dt.date(2027, 1, 15)
    assert filing.period_due(Period.parse("2026-12")).due == dt.date(2027, 1, 15)


@given(year=st.integers(2004, 2030), month=st.integers(1, 12))
@settings(deadline=None)
def test_filing_ends_on_a_working_day_no_sooner_than_the_fifteenth(year, month):
    found = filing.monthly_due(year, month).due
    assert found >= dt.date(year, month, 15)
    assert days.is_working(found)


@pytest.mark.parametrize(
    "text",
    [
        "2026-13",
        "2026Q5",
        "2026H3",
        "2026-02-30",
        "2026-9-1",
        "26-01",
        "2026-1",
        "2026-09\n",
        "1999-01",
        "２０２６-01",
        "",
    ],
)
def test_a_period_is_written_one_way(text):
    with pytest.raises(ValueError, match=r".*"):
        Period.parse(text)


@pytest.mark.parametrize("text", ["2026-09", "2026Q3", "2026H1", "2026H2", "2026", "2026-09-15"])
def test_a_period_reads_back_as_written(text):
    assert str(Period.parse(text)) == text


# --- keeping the calendar ----------------------------------------------------------------


def test_loading_again_changes_nothing_and_leaves_the_offices_days_alone():
    Day.objects.filter(date=dt.date(2026, 10, 10)).delete()
    assert not +loading.load()
    call_command("load_calendar", verbosity=0)
    assert not Day.objects.filter(date=dt.date(2026, 10, 10)).exists()


def test_a_kept_day_is_recorded_and_announced(django_capture_on_commit_callbacks):
    heard = []
    upkeep.calendar_changed.connect(lambda sender, **_: heard.append(sender), weak=False, dispatch_uid="test")
    row = Day(date=dt.date(2026, 12, 31), year_id=2026, kind=Day.Kind.HOLIDAY, name="元旦")
    with django_capture_on_commit_callbacks(execute=True):
        upkeep.keep(row, keeper("workcalendar.add_day"))
    upkeep.calendar_changed.disconnect(dispatch_uid="test")
    assert not days.is_working(dt.date(2026, 12, 31))
    assert heard == [Day]
    assert Event.objects.get(stream="calendar").action == "calendar.keep"


def test_only_a_keeper_changes_the_calendar():
    row = Day.objects.get(date=dt.date(2026, 10, 1))
    for change in (upkeep.keep, upkeep.strike):
        with pytest.raises(PermissionDenied):
            change(row, keeper())
    assert Event.objects.using("evidence").filter(target__contains="2026-10-01").exists()
    upkeep.strike(row, keeper("workcalendar.delete_day"))
    assert days.is_working(dt.date(2026, 10, 1))


def test_a_makeup_day_lies_on_a_weekend_and_a_day_in_its_year():
    with pytest.raises(ValidationError, match="星期六或星期日"):
        upkeep.keep(Day(date=dt.date(2026, 11, 23), year_id=2026, kind=Day.Kind.MAKEUP), keeper("workcalendar.add_day"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Day.objects.create(date=dt.date(2026, 11, 23), year_id=2025, kind=Day.Kind.HOLIDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        FilingDate.objects.create(month=dt.date(2027, 1, 1), due=dt.date(2027, 2, 15))


@pytest.mark.parametrize(("term", "words"), [(1, "1 working day"), (2, "2 working days")])
def test_a_term_is_counted_in_english_as_people_count(term, words):
    with translation.override("en"):
        assert deadlines.label(term, deadlines.Unit.WORKING_DAY) == words
