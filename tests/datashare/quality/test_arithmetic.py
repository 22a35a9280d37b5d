"""The arithmetic of the indicators, for any counts and weights (Art 20, DB31/T 1523-2024)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.datashare.quality.arithmetic import share, weighted_mean
from apps.datashare.quality.indicators import Direction

COUNTS = st.integers(0, 10**12).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
VALUES = st.none() | st.decimals(0, 1, places=6)
WEIGHTS = st.decimals(0, 100, places=2)
ROWS = st.lists(st.tuples(VALUES, WEIGHTS), max_size=14)


@given(COUNTS)
def test_a_share_is_between_nothing_and_all_and_full_only_without_a_miss(counts):
    hits, total = counts
    value = share(hits, total)
    if total == 0:
        assert value is None  # never 100
    else:
        assert 0 <= value <= 1
        assert (value == 1) == (hits == total)


@given(COUNTS)
def test_what_is_bad_counts_the_other_way_round(counts):
    hits, total = counts
    assert share(hits, total, Direction.BAD) == share(total - hits, total)


@pytest.mark.parametrize(("hits", "total"), [(2, 1), (-1, 1), (1, 0)])
def test_counts_that_cannot_be_are_refused(hits, total):
    with pytest.raises(ValueError, match=str(hits)):
        share(hits, total)


@given(ROWS)
def test_what_is_not_assessable_is_left_out_with_its_weight(rows):
    assert weighted_mean(rows) == weighted_mean([row for row in rows if row[0] is not None])


@given(ROWS)
def test_a_mean_lies_between_its_values(rows):
    counted = [value for value, weight in rows if value is not None and weight > 0]
    mean = weighted_mean(rows)
    if not counted:
        assert mean is None
    else:
        assert min(counted) - Decimal("0.000001") <= mean <= max(counted)


@given(ROWS, st.integers(1, 9))
def test_only_the_proportion_of_weights_matters(rows, times):
    assert weighted_mean(rows) == weighted_mean([(value, weight * times) for value, weight in rows])


def test_a_known_mean():
    assert weighted_mean([(Decimal(1), Decimal(3)), (Decimal("0.5"), Decimal(1)), (None, Decimal(90))]) == Decimal(
        "0.875"
    )
