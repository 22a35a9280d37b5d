"""A court sells a building: taxes computed before, charged at the price reached, remitted from it (Art 30)."""

import pytest
from django.urls import reverse

from apps.kernel.casework.models import Case
from apps.kernel.ledger.models import Charge
from apps.kernel.workcalendar import clock
from tests import factories_judicial
from tests.journeys.people import in_both_ways

pytestmark = pytest.mark.browser


@in_both_ways
def test_a_court_sells_a_building(visitor):
    w = factories_judicial.world()
    court, clerk = visitor(w.court), visitor(w.clerk)
    court.visit(reverse("courts_partner:list"))
    court.follow("提出税费测算")
    court.press("提交")
    court.is_asked_again()
    court.fill(
        party_code=w.company.organisation.uscc,
        **{name: str(value) for name, value in factories_judicial.SALE.items()},
    )
    court.press("提交")
    court.sees("待测算", factories_judicial.SALE["court_case"])
    case = Case.objects.get(procedure="court-sale")

    clerk.visit(reverse("courts_counter:list"))
    clerk.follow(case.number)
    clerk.acts("answer")
    clerk.sees("900,000.00", "300,000.00", "另行核定")  # 10,900,000 / 1.09 × 9 %; deed tax of the buyer 3 %

    court.visit(reverse("courts_partner:list"))
    court.follow(case.number)
    court.sees("已测算")
    court.acts("sold", price="10900000.00", sold_on=clock.today().isoformat())
    case.refresh_from_db()
    owed = case.detail.to_remit
    court.sees("待划扣税费", f"{owed:,.2f}")
    court.acts("remit", amount=str(owed), on=clock.today().isoformat(), reference="HK-20261126-001")
    court.sees("税费已入库", "HK-20261126-001")

    seller = visitor(w.owner)
    seller.visit(reverse("ledger:account", args=[w.company.ref]))
    case.refresh_from_db()
    assert case.state == "remitted"
    charges = Charge.objects.filter(party=w.company)
    assert sum(row.paid for row in charges) == sum(row.amount for row in charges) == owed
