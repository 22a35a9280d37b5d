"""Pages and API of every kind: one confirmation, giving up, sources, and what is to be filed, without JavaScript."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from apps.kernel.ledger.models import Charge
from apps.services.filing import drafts, sources, titles
from apps.services.filing.models import Return, SourceDetail
from tests.factories_filing import SEPTEMBER
from tests.factories_filing import payer as other_payer

pytestmark = pytest.mark.django_db

QUARTER = "2026Q3"
CONTRACT = {"name": "合同一", "item": "technology_contract", "since": dt.date(2026, 7, 20)}


@pytest.fixture
def browser(payer):
    client = Client()
    client.force_login(payer.user)
    return client


@pytest.fixture
def api(payer):
    client = Client(headers={"X-Acting-For": payer.party.ref})
    client.force_login(payer.user)
    return client


def at(actor, name: str, *args) -> str:
    return reverse(f"filing:{name}", args=[actor.party.ref, *args])


def words(response) -> str:
    return response.content.decode()


def test_one_page_lists_what_is_to_be_filed_across_kinds(browser, payer):
    sources.add(payer, "stamp", {**CONTRACT, "base": Decimal("1000000.00")})
    page = words(browser.get(at(payer, "periods")))
    for kind in ("增值税及附加税费", "财产和行为税合并", "企业所得税预缴", "单位社会保险费"):
        assert kind in page


def test_a_prefilled_return_is_filed_by_one_click_and_a_second_click_shows_it(browser, payer):
    browser.post(at(payer, "begin", "vat", SEPTEMBER))
    number = Return.objects.get().case.number
    page = words(browser.get(at(payer, "figures", number)))
    assert "按预填数申报" in page
    assert "47,376.00" in page
    for _twice in range(2):
        response = browser.post(at(payer, "file", number), {"key": "one"})
        assert response.url == at(payer, "done", number)
    assert Charge.objects.count() == 4


def test_a_return_is_called_by_the_readers_language(browser, payer):
    browser.post(at(payer, "begin", "vat", SEPTEMBER))
    case = Return.objects.get().case
    assert (case.title, case.heading) == ("2026-09 增值税及附加税费申报",) * 2
    browser.cookies["django_language"] = "en"
    base = f"/as/{payer.party.ref}/"
    called = "2026-09 VAT and surcharges return"
    for page in (f"cases/{case.number}/", "cases/", f"filing/returns/{case.number}/"):
        shown = browser.get(f"{base}{page}").content.decode()
        assert called in shown, page
        assert "增值税" not in shown, page
    assert titles.say("2019-09 旧税种申报") == "2019-09 旧税种申报"


def test_what_was_computed_is_kept_in_chinese_and_read_in_either_language(browser, payer):
    browser.post(at(payer, "begin", "vat", SEPTEMBER))
    case = Return.objects.get().case
    browser.cookies["django_language"] = "en"
    browser.post(at(payer, "file", case.number), {"key": "one"})
    assert "销项税额" in case.detail.lines.values_list("label", flat=True)
    assert "Output VAT" in browser.get(f"/as/{payer.party.ref}/cases/{case.number}/").content.decode()
    browser.cookies["django_language"] = "zh-hans"
    assert "销项税额" in browser.get(f"/as/{payer.party.ref}/cases/{case.number}/").content.decode()


def test_a_nil_return_is_offered_in_words(browser, payer):
    browser.post(at(payer, "begin", "cit", QUARTER))
    number = Return.objects.get().case.number
    assert "零申报" in words(browser.get(at(payer, "figures", number)))
    assert "没有待缴的税费" in words(browser.post(at(payer, "file", number), follow=True))


def test_a_draft_is_given_up_after_a_question(browser, payer):
    number = drafts.begin(payer, "vat", SEPTEMBER).number
    assert "放弃这份草稿吗" in words(browser.get(at(payer, "discard", number)))
    assert Return.objects.get().standing == "under_way"
    assert browser.post(at(payer, "discard", number)).url == at(payer, "periods")
    assert Return.objects.get().standing == "dropped"
    assert browser.get(at(payer, "discard", number)).status_code == 404
    assert browser.get(at(payer, "figures", number), follow=True).status_code == 200


def test_a_source_is_registered_amended_and_struck_off(browser, payer):
    add = at(payer, "source_add", "stamp")
    assert browser.post(add, {"name": "合同一"}).status_code == 422
    given = {"name": "合同一", "item": "technology_contract", "base": "1,000,000.00", "since": "2026-07-20"}
    assert browser.post(add, given).url == at(payer, "sources")
    page = words(browser.get(at(payer, "sources")))
    assert "1,000,000.00" in page
    assert "纳税人登记" in page
    row = SourceDetail.objects.get()
    amended = browser.post(at(payer, "source", row.ref), {**given, "base": "2000000"})
    assert amended.url == at(payer, "sources")
    assert "2,000,000.00" in words(browser.get(at(payer, "sources")))
    browser.post(at(payer, "source_strike", row.ref))
    assert not SourceDetail.objects.filter(closed_at=None).exists()
    assert browser.get(at(payer, "source", row.ref)).status_code == 404
    assert browser.get(at(payer, "source_add", "paint")).status_code == 404


def test_a_return_without_rates_has_no_page_to_add_one(browser, payer):
    number = drafts.begin(payer, "cit", QUARTER).number
    assert browser.get(at(payer, "add", number)).status_code == 404


@pytest.mark.parametrize(
    ("kind", "period"), [("paint", SEPTEMBER), ("cit", SEPTEMBER), ("vat", "x"), ("vat-small", QUARTER)]
)
def test_what_cannot_be_begun_is_said_and_nothing_is_opened(browser, payer, kind, period):
    response = browser.post(at(payer, "begin", kind, period), follow=True)
    assert response.status_code == 200
    assert not Return.objects.exists()


def test_the_api_says_what_is_to_be_filed_and_takes_figures(api, payer):
    rows = api.get("/api/v1/filing/periods/").json()
    assert (rows[0]["kind"], rows[0]["period"], rows[0]["due"]) == ("vat", SEPTEMBER, "2026-10-26")
    number = drafts.begin(payer, "cit", QUARTER).number
    url = f"/api/v1/filing/returns/{number}/"
    assert api.get(url).json()["way"] == "nil"
    figures = [
        {"code": "profit", "declared": "100000.00", "reason": "账簿"},
        {"code": "headcount", "declared": "10", "reason": "账簿"},
        {"code": "assets", "declared": "1000000.00", "reason": "账簿"},
        {"code": "prepaid"},
    ]
    answer = api.post(f"{url}figures/", {"figures": figures}, content_type="application/json")
    assert (answer.status_code, answer.json()["total"], answer.json()["way"]) == (200, "5000.00", None)


@pytest.mark.parametrize("body", [{}, {"figures": "all"}, {"figures": [1]}, {"figures": [{"code": "paint"}]}])
def test_the_api_names_what_is_wrong_with_figures(api, payer, body):
    number = drafts.begin(payer, "cit", QUARTER).number
    answer = api.post(f"/api/v1/filing/returns/{number}/figures/", body, content_type="application/json")
    assert answer.status_code == 400
    assert any(name.startswith("figures") for name in answer.json()["errors"])


@pytest.mark.parametrize(
    ("procedure", "period"),
    [("vat-return", SEPTEMBER), ("property-return", SEPTEMBER), ("cit-prepayment", QUARTER)],
)
def test_every_form_is_filed_as_prefilled_in_one_request(api, procedure, period):
    answer = api.post(
        "/api/v1/cases/",
        {"procedure": procedure, "detail": {"period": period, "figures": "as_prefilled"}},
        content_type="application/json",
        headers={"Idempotency-Key": f"one-request-{procedure}"},
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["state"] in {"filed", "settled"}


def test_foreign_and_absent_returns_are_the_same_404(api, office):
    foreign = drafts.begin(other_payer(office), "vat", SEPTEMBER).number
    for method in (api.get, lambda url: api.post(url + "figures/", {"figures": []}, content_type="application/json")):
        answers = [method(f"/api/v1/filing/returns/{number}/") for number in (foreign, "SH0")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
