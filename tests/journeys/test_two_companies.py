"""An accountant files for two companies in two tabs: for whom stands in the address, and nothing mixes (Art 11)."""

import datetime as dt

import pytest

from apps.kernel.casework.models import Case
from apps.kernel.ledger.models import Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Party
from tests import factories, factories_filing
from tests.journeys.people import Visitor, in_both_ways

pytestmark = pytest.mark.browser
MONTH = factories_filing.SEPTEMBER


@in_both_ways
def test_two_companies_in_two_tabs(visitor):
    sells = factories_filing.example_payer().party
    rests = factories.company("上海梧桐里餐饮管理有限公司", office=sells.office, location="urban")
    accountant = _accountant_of(sells, rests)

    one = visitor(accountant)
    one.visit("/mandates/")
    one.follow(sells.name)
    other = Visitor(one.page.context.new_page(), one.way)
    other.visit(f"/as/{rests.ref}/")
    for tab, party in ((one, sells), (other, rests)):
        tab.visit(f"/as/{party.ref}/filing/")
        tab.press("开始申报", tab.say("增值税及附加税费") + f" {MONTH}")
    one.sees("1,000,000.00")
    other.sees_not("1,000,000.00")

    one.press("全部确认无误，查看税额")
    one.acts_for(sells.name)
    one.follow("核对并提交")
    other.press("代表 %(name)s 确认并提交", name=rests.name)
    other.acts_for(rests.name)
    one.press("代表 %(name)s 提交", name=sells.name)
    one.sees("申报已提交", "47,376.00")
    one.acts_for(sells.name)

    filed = {case.applicant: case for case in Case.objects.filter(procedure="vat-return")}
    assert set(filed) == {sells, rests}
    assert set(Charge.objects.values_list("party", flat=True)) == {sells.pk}
    for party, foreign in ((sells, rests), (rests, sells)):
        assert one.page.request.get(f"/as/{party.ref}/cases/{filed[party].number}/").status == 200
        assert one.page.request.get(f"/as/{foreign.ref}/cases/{filed[party].number}/").status == 404


def _accountant_of(*companies: Party) -> Actor:
    person = factories.citizen("唐晓燕")
    for company in companies:
        Mandate.objects.create(
            principal=company,
            agent=person.party,
            kind=Mandate.Kind.FILER,
            state=Mandate.State.ACTIVE,
            valid_from=dt.date(2020, 1, 1),
        )
    return person
