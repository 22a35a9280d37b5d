"""The catalogue: every fact explained once, in both languages' terms, and every form of display."""

import datetime as dt
from decimal import Decimal

import pytest

from apps.kernel.facts import catalogue, sources
from apps.kernel.facts.display import shown


def test_every_fact_says_what_it_is_and_who_says_so():
    for entry in catalogue.entries().values():
        assert str(entry.label)
        assert str(entry.meaning)
        assert str(entry.subject)
        assert entry.source in sources.STANDARD
        assert str(entry.column.example)
        assert entry.column.null, f"{entry.code} cannot be unknown"


def test_money_is_whole_fen_and_nothing_is_a_float():
    kinds = {entry.column.get_internal_type() for entry in catalogue.entries().values()}
    assert "FloatField" not in kinds
    assert catalogue.entries()["sales_month"].column.get_internal_type() == "BigIntegerField"


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("sales_month", 10_000_050, "100,000.50 元"),
        ("taxable_income", -1, "-0.01 元"),
        ("disabled_ratio_bp", 150, "1.50%"),
        ("hnte_valid", True, "是"),
        ("hnte_valid", False, "否"),
        ("vat_kind", "general", "一般纳税人"),
        ("registration_date", dt.date(2019, 2, 3), "2019年2月3日"),
        ("mortgage_months", 24, "24 个月"),
        ("employees_avg", Decimal("30.50"), "30.50"),
        ("industry_code", "C3484", "C3484"),
        ("district", "310101", "黄浦区"),
        ("district", "330102", "330102"),
        ("sales_month", None, ""),
    ],
)
def test_a_fact_is_shown_in_words(field, value, text):
    assert shown(catalogue.entries()[field], value) == text
