"""Whatever the figures, a return comes to exactly what the public calculator says."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.kernel.rules.calculators import calculate
from apps.services.filing import computation, drafts
from apps.services.filing.models import ReturnFigure
from tests.factories_filing import EXAMPLE, SEPTEMBER

pytestmark = pytest.mark.django_db

yuan = st.decimals(min_value=0, max_value=10**9, places=2)


def test_the_worked_example(payer):
    tax_return = drafts.begin(payer, "vat", SEPTEMBER).detail
    answer = computation.compute(tax_return)
    assert {name: answer[name] for name in EXAMPLE} == EXAMPLE
    assert answer["due_date"] == tax_return.due_on


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sales=yuan, services=yuan, input_vat=yuan, carry_in=yuan, location=st.sampled_from(["urban", "county", "other"]))
def test_totals_equal_the_calculator_and_add_up(payer, sales, services, input_vat, carry_in, location):
    tax_return = drafts.begin(payer, "vat", SEPTEMBER).detail
    tax_return.location = location
    figures = {figure.code: figure for figure in tax_return.sheet}
    if "sales-6" not in figures:
        figures["sales-6"] = ReturnFigure.objects.create(
            tax_return=tax_return, kind="sales", rate=Decimal("0.06"), declared=0
        )
    amounts = {"sales-13": sales, "sales-6": services, "input-vat": input_vat, "carry-in": carry_in}
    for code, amount in amounts.items():
        figures[code].declared = amount
        figures[code].save()
    computation.keep(tax_return)
    tax_return.refresh_from_db()
    answer = calculate(
        "vat",
        {
            "period": SEPTEMBER,
            "taxpayer_type": "general",
            "location": location,
            "sales": str(sales),
            "rate": "0.13",
            "other_sales": [{"sales": str(services), "rate": "0.06"}],
            "input_vat": str(input_vat),
            "carry_in": str(carry_in),
        },
    )
    assert {name: tax_return.amounts[name] for name in EXAMPLE} == {name: answer[name] for name in EXAMPLE}
    amounts = tax_return.amounts
    assert tax_return.total == amounts["vat"] + amounts["city"] + amounts["edu"] + amounts["local_edu"]
    assert amounts["output_vat"] - input_vat - carry_in == amounts["vat"] - amounts["carry_out"]
