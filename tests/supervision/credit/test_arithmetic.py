"""The arithmetic of repair and scores: boundary days by name, and what holds for every case."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.supervision.credit import arithmetic
from apps.supervision.credit.arithmetic import Part, Rules, Rung

RULES = Rules(
    on=dt.date(2026, 4, 1),
    full=Decimal(100),
    full_months=36,
    part=Decimal(93),
    part_months=12,
    new=Decimal(90),
    floors={"A": Decimal(90), "B": Decimal(70), "M": Decimal(70), "C": Decimal(40)},
    ladder=(Rung(3, Decimal(1)), Rung(30, Decimal("0.8")), Rung(90, Decimal("0.6")), Rung(None, Decimal("0.4"))),
    small_tax=Decimal(2000),
    small_days=30,
    clean_points=Decimal(1),
    clean_most=Decimal(11),
    source="公告2025年第12号",
)
YEAR_END = dt.date(2025, 12, 31)
OLD, NEW = dt.date(2015, 1, 1), dt.date(2025, 6, 1)

days = st.integers(0, 2000)
points = st.integers(1, 40).map(Decimal)
taxes = st.none() | st.decimals(0, 10_000, places=2)
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.django_db
def test_the_law_held_here_gives_these_rules():
    held = Rules.on_day(dt.date(2026, 4, 1))
    assert (held.floors, held.ladder, held.full, held.part, held.new) == (
        RULES.floors,
        RULES.ladder,
        RULES.full,
        RULES.part,
        RULES.new,
    )
    assert (held.small_tax, held.small_days, held.clean_points, held.clean_most) == (2000, 30, 1, 11)


@pytest.mark.parametrize(
    ("day", "share"),
    [
        pytest.param(0, "1", id="on the last day itself: all"),
        pytest.param(3, "1", id="third day: all, the term is kept on its last day"),
        pytest.param(4, "0.8", id="fourth day: 80 %"),
        pytest.param(30, "0.8", id="thirtieth day: 80 %"),
        pytest.param(31, "0.6", id="thirty-first day: 60 %"),
        pytest.param(90, "0.6", id="ninetieth day: 60 %"),
        pytest.param(91, "0.4", id="ninety-first day: 40 %"),
        pytest.param(2000, "0.4", id="years later: 40 %"),
    ],
)
def test_the_share_restored_by_days(day, share):
    assert arithmetic.share(day, RULES) == Decimal(share)


@pytest.mark.parametrize(
    ("day", "tax", "share"),
    [
        pytest.param(30, "2000.00", "1", id="2,000 yuan on day 30: all"),
        pytest.param(31, "2000.00", "0.6", id="2,000 yuan on day 31: 60 % as everybody"),
        pytest.param(30, "2000.01", "0.8", id="a fen more on day 30: 80 %"),
        pytest.param(3, "2000.01", "1", id="a fen more on day 3: all as everybody"),
    ],
)
def test_small_amounts_have_thirty_days_for_all(day, tax, share):
    assert arithmetic.share(day, RULES, tax=Decimal(tax)) == Decimal(share)


@UNTIMED
@given(points, days, taxes)
def test_what_is_restored_never_exceeds_the_deduction_nor_falls_below_zero(cost, day, tax):
    assert 0 < arithmetic.restored(cost, day, RULES, tax=tax) <= cost


@UNTIMED
@given(points, days, days, taxes)
def test_mending_earlier_never_restores_less(cost, one, other, tax):
    early, late = sorted((one, other))
    assert arithmetic.restored(cost, early, RULES, tax=tax) >= arithmetic.restored(cost, late, RULES, tax=tax)


@UNTIMED
@given(points, st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), taxes, days)
def test_the_ladder_the_payer_reads_says_what_repair_will_restore(cost, since, tax, day):
    steps = arithmetic.ladder(cost, since, RULES, tax=tax)
    on = since + dt.timedelta(days=day)
    step = next(each for each in steps if each.until is None or on <= each.until)
    assert step.points == arithmetic.restored(cost, day, RULES, tax=tax)
    ends = [each.until for each in steps[:-1]]
    assert ends == sorted(set(ends))


@pytest.mark.parametrize(
    ("last", "on", "months"),
    [
        pytest.param(dt.date(2025, 6, 1), dt.date(2025, 6, 30), 0, id="the month itself does not count"),
        pytest.param(dt.date(2025, 6, 1), dt.date(2025, 7, 30), 0, id="July is not over on the 30th"),
        pytest.param(dt.date(2025, 6, 30), dt.date(2025, 7, 31), 1, id="July is over on the 31st"),
        pytest.param(dt.date(2025, 12, 5), dt.date(2025, 12, 31), 0, id="nothing follows December in its year"),
        pytest.param(None, dt.date(2025, 12, 31), 0, id="who lost nothing gains nothing"),
    ],
)
def test_clean_months(last, on, months):
    assert arithmetic.clean_months(last, on) == months


parts = st.lists(
    st.builds(
        lambda cost, day, share, direct: Part(
            Decimal(0) if direct else Decimal(cost),
            Decimal(0) if direct else Decimal(cost) * share,
            dt.date(2025, 1, 1) + dt.timedelta(days=day),
            direct,
        ),
        st.integers(1, 40),
        st.integers(0, 364),
        st.sampled_from([Decimal(text) for text in ("0", "0.4", "0.6", "0.8", "1")]),
        st.booleans(),
    ),
    max_size=8,
)


@UNTIMED
@given(parts, st.dates(dt.date(2015, 1, 1), YEAR_END), st.none() | st.booleans())
def test_a_score_lies_between_zero_and_its_start_and_its_level_follows(some, registered_on, revenue):
    found = arithmetic.score(registered_on, some, YEAR_END, RULES, revenue=revenue)
    assert 0 <= found.total <= found.start
    assert found.clean <= min(11, found.deducted - found.restored)
    assert (found.level == "D") == (any(part.direct for part in some) or found.total < 40)
    assert found.level != "M" or (found.young and found.total >= 70)


@UNTIMED
@given(parts, st.dates(dt.date(2015, 1, 1), YEAR_END))
def test_one_more_deduction_never_raises_a_score(some, registered_on):
    worse = [*some, Part(Decimal(5), Decimal(0), YEAR_END)]
    before = arithmetic.score(registered_on, some, YEAR_END, RULES).total
    assert arithmetic.score(registered_on, worse, YEAR_END, RULES).total <= before


@pytest.mark.parametrize(
    ("registered_on", "start"),
    [
        pytest.param(dt.date(2022, 12, 31), 100, id="36 months to the day: 100"),
        pytest.param(dt.date(2023, 1, 1), 93, id="a day less: 93"),
        pytest.param(dt.date(2024, 12, 31), 93, id="12 months to the day: 93"),
        pytest.param(dt.date(2025, 1, 1), 90, id="a day less: 90"),
    ],
)
def test_the_start_score_by_the_length_of_the_record(registered_on, start):
    assert arithmetic.start(registered_on, YEAR_END, RULES) == start


@pytest.mark.parametrize(
    ("total", "direct", "young", "level"),
    [
        pytest.param("90", False, False, "A", id="90: A"),
        pytest.param("89.99", False, False, "B", id="a little less: B"),
        pytest.param("70", False, False, "B", id="70: B"),
        pytest.param("69.99", False, False, "C", id="a little less: C"),
        pytest.param("40", False, False, "C", id="40: C"),
        pytest.param("39.99", False, False, "D", id="a little less: D"),
        pytest.param("100", True, False, "D", id="direct: D whatever the score"),
        pytest.param("95", False, True, "M", id="new: M at any height from 70"),
        pytest.param("69.99", False, True, "C", id="new, below 70: C"),
    ],
)
def test_levels(total, direct, young, level):
    assert arithmetic.level(Decimal(total), RULES, direct, young) == level


@UNTIMED
@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 24))
def test_so_many_months_later_is_never_early(day, months):
    later = arithmetic.months_after(day, months)
    assert arithmetic.months_between(day, later + dt.timedelta(days=3)) >= months
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
