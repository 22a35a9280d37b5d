"""The calculators that returns stand on, asked as the public asks them."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.kernel.rules import parameters
from apps.kernel.rules.calculators import InvalidInputs, calculate
from apps.kernel.rules.calculators.property_behaviour import TAXES

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
        {"levy": "land-use", "item": "grade_1", "base": "2000.00"},
        {"levy": "vehicle-vessel", "item": "car_1_6", "base": "10"},
        {"levy": "resource", "item": "natural_gas", "base": "100000.00"},
        {"levy": "environmental", "item": "air_other", "base": "1000"},
        {"levy": "deed", "base": "1000000.00"},
        {"levy": "land-appreciation", "item": "prepaid_other", "base": "1000000.00"},
        {"levy": "farmland", "item": "qingpu", "base": "100"},
        {"levy": "tobacco", "base": "1000.00"},
    ]
    full, halved = combined(*details), combined(*details, halved=True)
    amounts = {
        "stamp": "300.00",
        "property": "25200.00",
        "land_use": "7500.00",
        "vehicle_vessel": "900.00",
        "resource": "6000.00",
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
    assert full["total"] - halved["total"] == halved["reduction"] == Decimal("21750.00")
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


def test_every_heading_a_payer_may_choose_has_its_rate_in_the_law():
    law = parameters.in_force(dt.date(2026, 9, 30))
    for tax in TAXES.values():
        reliefs = [tax.relief_code(relief.code) for relief in tax.reliefs]
        for code in [*(tax.rate_code(item) for item, _label in tax.items or ((None, ""),)), *reliefs]:
            assert code in law, code
            assert law[code].document is not None


@pytest.mark.parametrize(
    ("day", "tax"),
    [("2018-12-31", "760.00"), ("2019-01-01", "855.00"), ("2026-09-30", "855.00")],
)
def test_the_rate_is_that_of_the_day_the_tax_arises(day, tax):
    answer = combined({"levy": "environmental", "item": "nox", "base": "100", "date": day})
    assert str(answer["environmental"]) == tax
    assert "沪财发〔2017〕8号" in answer["lines"][0]["source"]


def test_basic_farmland_is_taxed_half_as_much_again():
    answer = combined({"levy": "farmland", "item": "qingpu", "base": "100", "basic_farmland": True})
    assert str(answer["farmland"]) == "6750.00"
    assert "第六条" in answer["lines"][0]["source"]


def test_a_rate_nobody_has_reviewed_is_named_as_such():
    answer = combined({"levy": "farmland", "item": "qingpu", "base": "100"})
    assert [row["code"] for row in answer["pending"]] == ["farmland.qingpu"]


def test_a_tax_of_one_rate_has_no_headings():
    answer = combined({"levy": "deed", "base": "1000000.00"}, {"levy": "tobacco", "base": "1000.00"})
    assert (str(answer["deed"]), str(answer["tobacco"])) == ("30000.00", "200.00")
    assert "契税" in answer["lines"][0]["source"]
    assert "烟叶税法" in answer["lines"][1]["source"]


@pytest.mark.parametrize(
    "detail",
    [
        {"levy": "land-appreciation", "item": "settlement", "base": "1"},
        {"levy": "land-appreciation", "item": "settlement", "base": "1", "deductions": "0"},
        {"levy": "land-appreciation", "item": "rent", "base": "1"},
        {"levy": "land-appreciation", "item": "prepaid_other", "base": "1", "deductions": "1"},
        {"levy": "land-appreciation", "base": "1"},
        {"levy": "deed", "base": "1", "deductions": "1"},
        {"levy": "paint", "base": "1"},
        {"levy": "stamp", "base": "1"},
        {"levy": "stamp", "item": "value", "base": "1"},
        {"levy": "stamp", "item": "sales_contract", "base": "1", "rate": "0.5"},
        {"levy": "land-use", "base": "1"},
        {"levy": "land-use", "item": "value", "base": "1"},
        {"levy": "land-use", "item": "grade_1", "base": "1", "rate": "15"},
        {"levy": "land-use", "item": "grade_1", "base": "1", "basic_farmland": True},
        {"levy": "environmental", "item": "nox", "base": "1", "date": "2017-12-31"},
        {"levy": "deed", "base": "1", "rate": "0.01"},
        {"levy": "property", "item": "rent", "base": "-1"},
        {"levy": "property", "item": "rent", "base": "1", "months": "13"},
        {"levy": "tobacco", "base": "1", "colour": "green"},
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


@pytest.mark.parametrize(
    ("detail", "tax"),
    [
        ({"levy": "environmental", "item": "nox", "base": "100", "relief": "below_30"}, "641.25"),  # 855 × 75 %
        ({"levy": "environmental", "item": "nox", "base": "100", "relief": "below_50"}, "427.50"),
        ({"levy": "vehicle-vessel", "item": "car_1_6", "base": "1", "months": 12, "relief": "energy_saving"}, "180.00"),
        ({"levy": "vehicle-vessel", "item": "ship_2000", "base": "500", "months": 12, "relief": "towed"}, "1000.00"),
        ({"levy": "vehicle-vessel", "item": "new_energy", "base": "3", "months": 12}, "0.00"),
    ],
)
def test_a_relief_takes_the_share_the_law_says(detail, tax):
    answer = combined(detail)
    assert str(answer["total"]) == tax
    assert all(line["source"] for line in answer["lines"])


@pytest.mark.parametrize(
    "detail",
    [
        {"levy": "environmental", "item": "noise_3", "base": "1", "relief": "below_30"},  # of air and water only
        {"levy": "vehicle-vessel", "item": "truck", "base": "1", "relief": "towed"},
        {"levy": "vehicle-vessel", "item": "new_energy", "base": "1", "relief": "energy_saving"},
        {"levy": "deed", "base": "1", "relief": "towed"},
    ],
)
def test_a_relief_of_another_heading_is_refused(detail):
    with pytest.raises(InvalidInputs) as refused:
        combined(detail)
    assert "减免情形" in str(refused.value)


def test_a_line_says_how_sure_its_rule_is_until_somebody_reviewed_it():
    answer = combined(
        {"levy": "stamp", "item": "sales_contract", "base": "1000000.00"},
        {"levy": "land-use", "item": "grade_1", "base": "2000.00"},
        {"levy": "resource", "item": "sand", "base": "100000.00"},
    )
    assert [line["confidence"] for line in answer["lines"]] == ["", "M", "L"]
    assert {row["code"]: row["confidence"] for row in answer["pending"]} == {
        "land-use.grade-1": "M",
        "resource.sand": "L",
    }


def test_the_lowest_confidence_of_several_rules_is_told():
    (line,) = combined({"levy": "farmland", "item": "pudong", "base": "10", "basic_farmland": True})["lines"]
    assert line["confidence"] == "L"  # the multiplier is H
