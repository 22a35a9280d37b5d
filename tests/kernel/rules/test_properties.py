"""What holds for every amount: parts sum, halves are halves, more never costs less where the law says so."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.kernel.rules.calculators import calculate
from apps.kernel.rules.money import fen

pytestmark = pytest.mark.django_db

FEN = Decimal("0.01")
AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)
WAGES = st.decimals(min_value=0, max_value=200_000, places=2)
LOCATIONS = st.sampled_from(["urban", "county", "other"])
TODAY = "2026-11-23"
many = settings(max_examples=60, deadline=None)


def amounts(value):
    """Every amount of an answer, wherever it stands."""
    if isinstance(value, dict):
        return [amount for inner in value.values() for amount in amounts(inner)]
    if isinstance(value, list):
        return [amount for inner in value for amount in amounts(inner)]
    return [value] if isinstance(value, Decimal) else []


@given(amount=st.decimals(min_value=-(10**9), max_value=10**9, places=5))
def test_money_rounds_half_up_to_fen(amount):
    assert abs(fen(amount) - amount) <= Decimal("0.005")
    assert fen(fen(amount)) == fen(amount)
    assert fen(-amount) == -fen(amount)


@pytest.mark.parametrize(
    ("amount", "rounded"), [("0.005", "0.01"), ("0.004999", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01")]
)
def test_half_a_fen_counts_as_one(amount, rounded):
    assert f"{fen(Decimal(amount))}" == rounded


@given(vat=AMOUNTS, location=LOCATIONS, halved=st.booleans())
@many
def test_surcharges_sum_and_reductions_are_halves(vat, location, halved):
    answer = calculate("surcharges", {"vat": vat, "location": location, "halved": halved, "date": TODAY})
    full = calculate("surcharges", {"vat": vat, "location": location, "halved": False, "date": TODAY})
    names = ("city", "edu", "local_edu")
    assert answer["total"] == sum(answer[name] for name in names)
    assert answer["total"] == sum(line["amount"] for line in answer["lines"])
    for name in names:
        assert answer[name] + answer[f"{name}_reduction"] == full[name]
        assert not halved or 0 <= answer[f"{name}_reduction"] - answer[name] <= FEN
    assert all(amount == fen(amount) for amount in amounts(answer))


@given(
    sales=AMOUNTS,
    rate=st.sampled_from(["0.13", "0.09", "0.06"]),
    input_vat=AMOUNTS,
    carry_in=AMOUNTS,
    location=LOCATIONS,
)
@many
def test_general_vat_balances(sales, rate, input_vat, carry_in, location):
    given_ = {"period": "2026-09", "taxpayer_type": "general", "sales": sales, "rate": rate, "location": location}
    answer = calculate("vat", {**given_, "input_vat": input_vat, "carry_in": carry_in})
    assert answer["output_vat"] - input_vat - carry_in == answer["vat"] - answer["carry_out"]
    assert answer["vat"] == 0 or answer["carry_out"] == 0
    assert answer["total"] == answer["vat"] + answer["city"] + answer["edu"] + answer["local_edu"]
    assert all(amount == fen(amount) for amount in amounts(answer))


@given(parts=st.lists(st.tuples(AMOUNTS, st.sampled_from(["0.13", "0.09", "0.06"])), min_size=1, max_size=4))
@many
def test_sales_at_several_rates_are_taxed_line_by_line(parts):
    (sales, rate), *others = parts
    answer = calculate(
        "vat",
        {
            "period": "2026-09",
            "taxpayer_type": "general",
            "location": "urban",
            "sales": sales,
            "rate": rate,
            "other_sales": [{"sales": amount, "rate": at} for amount, at in others],
        },
    )
    assert answer["output_vat"] == sum(fen(amount * Decimal(at)) for amount, at in parts)


@given(sales=AMOUNTS, period=st.sampled_from(["2025-11", "2025Q4", "2026-01", "2026Q1"]))
@many
def test_small_sales_are_exempt_by_the_comparator_of_their_time(sales, period):
    answer = calculate(
        "vat",
        {"period": period, "taxpayer_type": "small_scale", "sales": sales, "rate": "0.01", "location": "urban"},
    )
    threshold = 300_000 if "Q" in period else 100_000
    assert answer["exempt"] is (sales < threshold or (sales == threshold and period.startswith("2025")))
    assert answer["vat"] == (0 if answer["exempt"] else fen(sales / 100))


@given(gross=AMOUNTS, rate=st.sampled_from(["0.13", "0.09", "0.06", "0.03", "0.01"]))
@many
def test_price_and_tax_are_the_whole(gross, rate):
    answer = calculate("vat-inclusive", {"gross": gross, "rate": rate})
    assert answer["net"] + answer["vat"] == gross
    assert abs(answer["net"] * Decimal(rate) - answer["vat"]) <= FEN


@given(gross=st.lists(WAGES, min_size=1, max_size=12), deduction=WAGES)
@many
def test_withholding_is_never_negative_and_reaches_the_cumulative_tax(gross, deduction):
    deductions = [deduction] * len(gross)
    answer = calculate("iit-withholding", {"year": 2026, "monthly_gross": gross, "special_deduction": deductions})
    assert len(answer["monthly_tax"]) == len(gross)
    assert all(tax >= 0 for tax in answer["monthly_tax"])
    assert sum(answer["monthly_tax"]) + answer["settlement"] == answer["annual_tax"]
    if len(gross) == 12:
        assert answer["settlement"] <= 0, "a full year withholds at least what is due"


@given(a=AMOUNTS, b=AMOUNTS)
@many
def test_more_income_is_never_taxed_less(a, b):
    low, high = sorted((a, b))
    for kind, name, tax in (("iit-labour", "income", "tax"), ("property-tax", "rent", "annual")):
        rest = {"method": "rent"} if kind == "property-tax" else {}
        less, more = (calculate(kind, {name: amount, "date": TODAY, **rest})[tax] for amount in (low, high))
        assert less <= more


@given(bonus=AMOUNTS)
@many
def test_a_bonus_never_costs_more_than_half_and_stays_within_its_step(bonus):
    tax = calculate("iit-bonus", {"bonus": bonus, "date": TODAY})["tax"]
    assert 0 <= tax <= bonus * Decimal("0.45")


@given(wage=WAGES, other=WAGES, month=st.sampled_from(["2024-07", "2025-12", "2026-11"]))
@many
def test_contributions_grow_with_the_wage_within_floor_and_ceiling(wage, other, month):
    low, high = (
        calculate("social-insurance", {"month": month, "wage": amount, "injury_rate": "0.004"})
        for amount in sorted((wage, other))
    )
    assert low["base"] <= high["base"]
    assert low["employee_total"] <= high["employee_total"]
    parts = [low[name] for name in ("pension_employer", "medical_employer", "unemployment_employer", "injury_employer")]
    assert low["employer_total"] == sum(parts)


@given(taxable=AMOUNTS, headcount=st.integers(0, 600), assets=AMOUNTS, high_tech=st.booleans())
@many
def test_corporate_income_is_small_high_tech_or_full(taxable, headcount, assets, high_tech):
    given_ = {"year": 2026, "taxable": taxable, "headcount": headcount, "assets": assets, "high_tech": high_tech}
    answer = calculate("corporate-income", given_)
    small = taxable <= 3_000_000 and headcount <= 300 and assets <= 50_000_000
    rate = Decimal("0.05") if small else Decimal("0.15") if high_tech else Decimal("0.25")
    assert (answer["small_low_profit"], answer["tax"]) == (small, fen(taxable * rate))


@given(price=AMOUNTS, year=st.sampled_from([2024, 2025, 2026, 2027]))
@many
def test_new_energy_relief_has_a_share_and_a_ceiling(price, year):
    day = dt.date(year, 6, 1)
    full = calculate("vehicle-purchase", {"price": price, "new_energy": False, "date": day})["tax"]
    answer = calculate("vehicle-purchase", {"price": price, "new_energy": True, "date": day})
    share, ceiling = (1, 30_000) if year < 2026 else (Decimal("0.5"), 15_000)
    assert answer["reduction"] == min(fen(full * share), ceiling)
    assert answer["tax"] + answer["reduction"] == full


@given(tax=AMOUNTS, due=st.dates(dt.date(2015, 1, 1), dt.date(2027, 1, 1)), late=st.integers(-100, 2000))
@many
def test_late_fee_grows_by_the_day_and_never_before_the_due_date(tax, due, late):
    answer = calculate("late-fee", {"tax": tax, "due": due, "paid": due + dt.timedelta(days=late)})
    assert answer["days"] == max(late, 0)
    assert answer["late_fee"] == fen(tax * Decimal("0.0005") * max(late, 0))


@given(vat=AMOUNTS, declared=AMOUNTS, headcount=st.sampled_from([299, 300, 301]), small=st.booleans())
@many
def test_an_entitlement_is_compared_in_both_directions(vat, declared, headcount, small):
    answer = calculate(
        "entitlement-check",
        {
            "policy": "SIX-TAXES-HALF",
            "period": "2026-09",
            "taxpayer_type": "small_scale" if small else "general",
            "headcount": headcount,
            "assets": "1.00",
            "taxable": "1.00",
            "vat": vat,
            "declared_reduction": declared,
        },
    )
    entitled = small or headcount <= 300
    due = calculate("surcharges", {"vat": vat, "location": "urban", "halved": True, "date": "2026-09-30"})
    relief = sum(due[f"{name}_reduction"] for name in ("city", "edu", "local_edu")) if entitled else Decimal(0)
    assert answer["gap"] == abs(relief - declared)
    if declared < relief:
        assert answer["status"] == "entitled_not_enjoyed"
    elif declared > relief:
        assert answer["status"] == "enjoyed_not_entitled"
    else:
        assert answer["status"] == ("consistent" if entitled else "not_entitled")
