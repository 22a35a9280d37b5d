"""The calculators that returns stand on, asked as the public asks them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.kernel.rules.calculators import InvalidInputs, calculate

pytestmark = pytest.mark.django_db

QUARTERS = st.sampled_from(["2026Q1", "2026Q2", "2026Q3", "2026Q4"])


def combined(*details, halved: bool = False):
    return calculate("property-behaviour", {"period": "2026Q3", "details": list(details), "halved": halved})


@settings(max_examples=25, deadline=None)
@given(period=QUARTERS, halved=st.booleans(), prepaid=st.decimals(min_value=0, max_value=10**9, places=2))
def test_nothing_to_tax_is_nothing_to_pay(period, halved, prepaid):
    assert calculate("property-behaviour", {"period": period, "details": [], "halved": halved})["total"] == 0
    nothing = {"period": period, "profit": "0", "headcount": "0", "assets": "0", "prepaid": str(prepaid)}
    assert calculate("corporate-income-prepayment", nothing)["total"] == 0
    for kind, rate in (("general", "0.13"), ("small_scale", "0.01")):
        sales = {"period": period, "taxpayer_type": kind, "sales": "0", "rate": rate, "location": "urban"}
        assert calculate("vat", sales)["total"] == 0


def test_nobody_employed_is_nothing_to_contribute():
    nobody = {"month": "2026-09", "employees": 0, "base_total": "0", "injury_rate": "0"}
    assert calculate("social-insurance-employer", nobody)["total"] == 0


def test_the_ten_taxes_add_up_and_the_halving_reaches_five_of_them():
    details = [
        {"levy": "stamp", "item": "sales_contract", "base": "1000000.00"},
        {"levy": "property", "item": "value", "base": "12000000.00"},
        {"levy": "land-use", "base": "2000.00", "rate": "15"},
        {"levy": "vehicle-vessel", "base": "10", "rate": "360"},
        {"levy": "resource", "base": "100000.00", "rate": "0.05"},
        {"levy": "environmental", "base": "1000", "rate": "1.2"},
        {"levy": "deed", "base": "1000000.00", "rate": "0.03"},
        {"levy": "land-appreciation", "base": "1000000.00", "rate": "0.02"},
        {"levy": "farmland", "base": "100", "rate": "45"},
        {"levy": "tobacco", "base": "1000.00", "rate": "0.2"},
    ]
    full, halved = combined(*details), combined(*details, halved=True)
    amounts = {
        "stamp": "300.00",
        "property": "25200.00",
        "land_use": "7500.00",
        "vehicle_vessel": "900.00",
        "resource": "5000.00",
        "environmental": "1200.00",
        "deed": "30000.00",
        "land_appreciation": "20000.00",
        "farmland": "4500.00",
        "tobacco": "200.00",
    }
    assert {name: str(full[name]) for name in amounts} == amounts
    assert full["total"] == sum(Decimal(amount) for amount in amounts.values())
    reached = {name for name in amounts if halved[name] != full[name]}
    assert reached == {"stamp", "property", "land_use", "resource", "farmland"}
    assert full["total"] - halved["total"] == halved["reduction"] == Decimal("21250.00")
    assert all(line["source"] for line in full["lines"])


@pytest.mark.parametrize(
    ("income", "tax"),
    [
        ("1500000.00", "150000.00"),  # half as much again: 30 %
        ("1500000.01", "150000.00"),  # a fen into the second step, which begins where the first ends
        ("2000000.00", "350000.00"),  # 1,000,000 × 40 % − 1,000,000 × 5 %
        ("3000000.00", "850000.00"),  # 2,000,000 × 50 % − 1,000,000 × 15 %
        ("4000000.00", "1450000.00"),  # 3,000,000 × 60 % − 1,000,000 × 35 %
        ("900000.00", "0.00"),  # nothing was added
    ],
)
def test_land_appreciation_tax_rises_by_four_steps(income, tax):
    detail = {"levy": "land-appreciation", "item": "settlement", "base": income, "deductions": "1000000.00"}
    answer = combined(detail)
    assert str(answer["land_appreciation"]) == tax
    assert [line["label"] for line in answer["lines"]] == ["增值额", "增值率", "应纳土地增值税"]
    assert "国务院令第138号" in answer["lines"][-1]["source"]


def test_deed_and_tobacco_tax_need_no_rate_of_the_payers():
    answer = combined({"levy": "deed", "base": "1000000.00"}, {"levy": "tobacco", "base": "1000.00"})
    assert (str(answer["deed"]), str(answer["tobacco"])) == ("30000.00", "200.00")
    assert "契税" in answer["lines"][0]["source"]
    assert "烟叶税法" in answer["lines"][1]["source"]


@pytest.mark.parametrize(
    "detail",
    [
        {"levy": "land-appreciation", "item": "settlement", "base": "1"},
        {"levy": "land-appreciation", "item": "settlement", "base": "1", "deductions": "0"},
        {"levy": "land-appreciation", "item": "settlement", "base": "1", "deductions": "1", "rate": "0.3"},
        {"levy": "land-appreciation", "item": "rent", "base": "1", "rate": "0.02"},
        {"levy": "land-appreciation", "base": "1"},
        {"levy": "deed", "base": "1", "deductions": "1"},
        {"levy": "paint", "base": "1"},
        {"levy": "stamp", "base": "1"},
        {"levy": "stamp", "item": "value", "base": "1"},
        {"levy": "stamp", "item": "sales_contract", "base": "1", "rate": "0.5"},
        {"levy": "land-use", "base": "1"},
        {"levy": "land-use", "item": "value", "base": "1", "rate": "1"},
        {"levy": "deed", "base": "1", "rate": "0.01"},
        {"levy": "property", "item": "rent", "base": "-1"},
        {"levy": "property", "item": "rent", "base": "1", "months": "13"},
        {"levy": "tobacco", "base": "1", "rate": "0.2", "colour": "green"},
        "stamp",
    ],
)
def test_a_detail_that_makes_no_sense_is_told_by_its_row(detail):
    with pytest.raises(InvalidInputs, match="第 1 行"):
        combined(detail)


def test_bases_without_employees_are_refused():
    with pytest.raises(InvalidInputs) as refusal:
        calculate(
            "social-insurance-employer",
            {"month": "2026-09", "employees": 0, "base_total": "9000.00", "injury_rate": "0.002"},
        )
    assert "employees" in refusal.value.message_dict


def test_the_worked_example_of_one_employee_is_the_employers_too():
    """SI-1 of June 2026."""
    answer = calculate(
        "social-insurance-employer",
        {"month": "2026-06", "employees": 1, "base_total": "40000.00", "injury_rate": "0.002"},
    )
    assert (answer["base"], answer["pension"]) == (Decimal("37302.00"), Decimal("2984.16") + Decimal("5968.32"))
    assert answer["injury"] == Decimal("74.60")
