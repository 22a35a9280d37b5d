"""The kinds of qualification in both languages, and their longest validity, counted in months (Art 26)."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.collaboration.qualification import kinds, rows


@given(begins=st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31)), months=st.integers(1, 240))
def test_months_later_never_skips_a_month(begins, months):
    later = rows._months_later(begins, months)
    assert (later.year * 12 + later.month) - (begins.year * 12 + begins.month) == months
    assert later.day <= begins.day


@pytest.mark.parametrize("kind", kinds.every().values(), ids=lambda kind: kind.code)
def test_every_kind_has_its_english(kind):
    with translation.override("en"):
        assert str(kind).isascii()
        assert (kind.code, str(kind)) in kinds.choices()
    with translation.override("zh-hans"):
        assert str(kind) == kind.title
