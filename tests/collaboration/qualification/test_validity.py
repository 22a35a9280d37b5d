"""The longest validity of a qualification, counted in months (Art 26)."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from apps.collaboration.qualification import rows


@given(begins=st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31)), months=st.integers(1, 240))
def test_months_later_never_skips_a_month(begins, months):
    later = rows._months_later(begins, months)
    assert (later.year * 12 + later.month) - (begins.year * 12 + begins.month) == months
    assert later.day <= begins.day
