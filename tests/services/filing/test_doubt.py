"""Where an amount rests on a rate nobody has reviewed, pages and API say so in plain words (Art 11)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from apps.kernel.casework import cases
from apps.kernel.rules.models import Parameter
from apps.services.filing import drafts, sources
from tests.factories_filing import filed
from tests.factories_filing import payer as other_payer

pytestmark = pytest.mark.django_db

LAND = {"name": "一号地块", "item": "grade_1", "base": Decimal("2000.00"), "since": dt.date(2020, 1, 1)}
CONTRACT = {"name": "合同一", "item": "sales_contract", "base": Decimal("1000000.00"), "since": dt.date(2026, 7, 20)}
WARNING, TAG = "还没有对照正式文本复核", "标准：一般，待复核"


@pytest.fixture
def owner(office):
    return other_payer(office)


def client(actor) -> Client:
    found = Client(headers={"X-Acting-For": actor.party.ref})
    found.force_login(actor.user)
    return found


def page(actor, name, *args) -> str:
    return client(actor).get(reverse(f"filing:{name}", args=[actor.party.ref, *args])).content.decode()


def test_the_draft_says_it_beside_the_total_and_beside_the_line(owner):
    sources.add(owner, "land-use", LAND)
    case = drafts.begin(owner, "property", "2026-09")
    assert WARNING in page(owner, "figures", case.number)
    drafts.confirm(case, owner)
    for name in ("computed", "check"):
        assert WARNING in page(owner, name, case.number)
        assert "城镇土地使用税：一级区域（一般，待复核）" in page(owner, name, case.number)
    assert TAG in page(owner, "computed", case.number)


def test_the_filed_return_says_what_was_in_doubt_on_its_day(owner):
    sources.add(owner, "land-use", LAND)
    case = filed(owner, "2026-09", "property")
    Parameter.objects.filter(code="land-use.grade-1").update(review=Parameter.Review.REVIEWED)
    shown = client(owner).get(case.get_absolute_url()).content.decode()
    assert WARNING in shown
    assert TAG in shown
    assert WARNING in page(owner, "done", case.number)


def test_an_amount_of_reviewed_law_says_nothing(owner):
    sources.add(owner, "stamp", CONTRACT)
    case = drafts.begin(owner, "property", "2026-09")
    drafts.confirm(case, owner)
    assert WARNING not in page(owner, "computed", case.number)


def test_the_form_of_a_source_shows_each_rate_and_how_sure_it_is(owner):
    shown = page(owner, "source_add", "land-use")
    assert "15 元/平方米·年" in shown
    assert TAG in shown
    assert "标准：" not in page(owner, "source_add", "stamp").split("商标、著作权")[0]
    sources.add(owner, "land-use", LAND)
    assert TAG in page(owner, "sources")


def test_the_api_says_it_line_by_line_before_and_after_filing(owner):
    sources.add(owner, "stamp", CONTRACT)
    sources.add(owner, "land-use", LAND)
    case = drafts.begin(owner, "property", "2026-09")
    before = _lines(owner, case.number)
    drafts.confirm(case, owner)
    cases.perform(case, "submit", owner)
    assert _lines(owner, case.number) == before
    assert sorted(line["confidence"] for line in before) == ["", "M"]


def _lines(actor, number: str) -> list[dict]:
    return client(actor).get(f"/api/v1/filing/returns/{number}/").json()["lines"]


def test_the_api_of_the_taxes_says_the_rate_of_each_heading_and_relief(owner):
    taxes = {tax["levy"]: tax for tax in client(owner).get("/api/v1/filing/source-taxes/").json()}
    assert taxes["land-use"]["items"][0]["rate"] == "15 元/平方米·年"
    assert taxes["land-use"]["items"][0]["confidence"] == "M"
    assert [row["value"] for row in taxes["environmental"]["reliefs"]] == ["below_30", "below_50"]
    assert taxes["deed"]["rate"]["rate"] == "3%"
    assert taxes["deed"]["items"] == []
