"""The pages of a return, without JavaScript: choose, confirm, mend, see the computation, check, submit."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from apps.kernel.casework import cases
from apps.services.filing import drafts
from apps.services.filing.models import Return
from tests import factories
from tests.factories_filing import SEPTEMBER, confirmed, filed, import_invoices
from tests.factories_filing import payer as other_payer
from tests.factories_invoices import purchase
from tests.services.filing.paying import pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(payer):
    client = Client()
    client.force_login(payer.user)
    return client


def at(actor, name: str, *args) -> str:
    return reverse(f"filing:{name}", args=[actor.party.ref, *args])


def words(response) -> str:
    return response.content.decode()


def test_the_periods_page_shows_due_dates_and_marks_what_is_overdue(browser, payer, october):
    page = words(browser.get(at(payer, "periods")))
    assert "2026-09" in page
    assert "2026年10月26日" in page
    assert "已逾期" not in page
    october.move_to(dt.datetime(2026, 10, 27, 1, tzinfo=dt.UTC))
    assert "已逾期" in words(browser.get(at(payer, "periods")))


def test_from_the_period_to_the_confirmation_by_confirming_only(browser, payer):
    response = browser.post(at(payer, "begin", "vat", SEPTEMBER), follow=True)
    page = words(response)
    number = Return.objects.get().case.number
    for shown in (
        "1,000,000.00",
        "84,500.00",
        "3,200.00",
        "电子发票（开具）",
        "2026年9月30日",
        "2026年8月31日",
        "不对？",
    ):
        assert shown in page
    page = words(browser.post(at(payer, "confirm", number), follow=True))
    for shown in ("47,376.00", "42,300.00", "130000.00 − 84500.00 − 3200.00", "2026年10月26日"):
        assert shown in page
    page = words(browser.get(at(payer, "check", number)))
    assert f"代表 {payer.party.name} 提交" in page
    response = browser.post(at(payer, "check", number), {"key": "key-1"}, follow=True)
    assert response.redirect_chain[-1][0] == at(payer, "done", number)
    page = words(response)
    for shown in (number, "47,376.00", "2026年10月26日"):
        assert shown in page


def test_a_second_submit_shows_the_first_result(browser, payer):
    number = confirmed(payer).number
    for _twice in range(2):
        response = browser.post(at(payer, "check", number), {"key": "key-1"})
        assert (response.status_code, response.url) == (302, at(payer, "done", number))
    assert Return.objects.get().case.steps.filter(action="submit").count() == 1


def test_an_unconfirmed_figure_leads_back_to_itself(browser, payer):
    number = drafts.begin(payer, "vat", SEPTEMBER).number
    response = browser.post(at(payer, "check", number))
    page = words(response)
    assert response.status_code == 422
    assert "<title>错误：" in page
    assert f"{at(payer, 'figures', number)}#carry-in" in page


def test_a_figure_is_changed_on_a_page_of_its_own_and_mistakes_stay_typed(browser, payer):
    number = drafts.begin(payer, "vat", SEPTEMBER).number
    url = at(payer, "figure", number, "sales-13")
    response = browser.post(url, {"declared": "１,００2,000.00 元"})
    assert response.status_code == 422
    assert "说明原因" in words(response)
    assert "１,００2,000.00 元" in words(response)
    response = browser.post(url, {"declared": "1,002,000.00", "reason": "未开票收入"})
    assert response.url == at(payer, "figures", number)
    figure = drafts.figure_of(Return.objects.get(), "sales-13")
    assert figure.declared == Decimal("1002000.00")
    page = words(browser.get(at(payer, "figures", number)))
    assert "1,002,000.00" in page
    assert "1,000,000.00" in page  # what was imported stays in sight


@pytest.mark.parametrize("typed", ["", "abc", "1.234", "-5", "NaN", "1e400", "9" * 40])
def test_what_is_not_an_amount_is_refused_beside_the_field(browser, payer, typed):
    number = drafts.begin(payer, "vat", SEPTEMBER).number
    response = browser.post(at(payer, "figure", number, "sales-13"), {"declared": typed, "reason": "x"})
    assert response.status_code == 422
    assert 'href="#id_declared"' in words(response)


def test_a_dispute_is_recorded_and_both_values_are_shown(browser, payer):
    number = drafts.begin(payer, "vat", SEPTEMBER).number
    url = at(payer, "dispute", number, "input-vat")
    assert "84,500.00" in words(browser.get(url))
    assert browser.post(url, {"claimed": "84500", "reason": "不对"}).status_code == 422
    page = words(browser.post(url, {"claimed": "84000.00", "reason": "一张发票不是本公司取得"}, follow=True))
    assert "已提出异议" in page
    assert "84,000.00" in page
    assert "84,500.00" in page


def test_sales_at_another_rate_are_added(browser, payer):
    number = drafts.begin(payer, "vat", SEPTEMBER).number
    url = at(payer, "add", number)
    assert "13%" not in words(browser.get(url))
    assert browser.post(url, {"rate": "0.13", "declared": "1", "reason": "x"}).status_code == 422
    response = browser.post(url, {"rate": "0.06", "declared": "500", "reason": "未开票收入"})
    assert response.status_code == 302
    assert "6% 的销售额" in words(browser.get(at(payer, "figures", number)))


def test_newer_data_are_announced_and_taken_over(browser, payer):
    number = confirmed(payer).number
    import_invoices(payer, purchase(payer.party, "1000.00"))
    assert "数据有变化" in words(browser.get(at(payer, "figures", number)))
    page = words(browser.post(at(payer, "refresh", number), follow=True))
    assert "84,630.00" in page
    assert "数据有变化" not in page


def test_a_late_return_shows_the_late_fee_with_its_lines(browser, payer, october):
    number = confirmed(payer).number
    october.move_to(dt.datetime(2026, 11, 5, 1, tzinfo=dt.UTC))
    page = words(browser.get(at(payer, "computed", number)))
    assert "236.88" in page
    assert "47376.00 × 0.05% × 10" in page


@pytest.mark.parametrize(
    ("sales", "difference", "fee"),
    [("1100000.00", "更正后增加14,560.00", "72.80"), ("900000.00", "更正后减少14,560.00", "")],
)
def test_a_correction_says_what_it_changes_and_only_what_is_left_to_pay_is_late(
    browser, payer, october, sales, difference, fee
):
    pay(payer, filed(payer))
    october.move_to(dt.datetime(2026, 11, 5, 1, tzinfo=dt.UTC))
    case = drafts.begin(payer, "vat", SEPTEMBER, correct=True)
    drafts.confirm(case, payer)
    drafts.declare(case, payer, "sales-13", Decimal(sales), "漏报，现更正。")
    for name in ("computed", "check"):
        page = " ".join(strip_tags(words(browser.get(at(payer, name, case.number)))).split())
        assert f"更正前应缴合计47,376.00 元 {difference} 元 已经缴纳47,376.00 元" in page
        assert (f"滞纳金为 {fee} 元" in page) if fee else ("滞纳金为" not in page)


def test_a_return_that_went_to_a_clerk_says_so(browser, payer):
    case = confirmed(payer)
    drafts.declare(case, payer, "input-vat", Decimal("94500.00"), "海关缴款书。")
    page = words(browser.post(at(payer, "check", case.number), {"key": "key-1"}, follow=True))
    assert "待审核" in page
    assert "转人工" in page


def test_a_supplement_is_mended_and_sent_again_on_the_same_pages(browser, payer, clerk):
    case = confirmed(payer)
    drafts.declare(case, payer, "input-vat", Decimal("94500.00"), "海关缴款书。")
    cases.perform(case, "submit", payer)
    cases.perform(case, "ask_supplement", clerk, reason="请改回预填数。")
    url = at(payer, "check", case.number)
    assert browser.post(url, {"reason": ""}).status_code == 422
    browser.post(at(payer, "figure", case.number, "input-vat"), {"declared": "84500.00"})
    response = browser.post(url, {"reason": "已改回。", "key": "key-2"})
    assert response.url == at(payer, "done", case.number)
    case.refresh_from_db()
    assert case.state == "handling"


def test_a_correction_starts_from_a_page_that_says_what_it_does(browser, payer):
    first = filed(payer)
    page = words(browser.get(at(payer, "correct", "vat", SEPTEMBER)))
    assert first.number in page
    page = words(browser.post(at(payer, "correct", "vat", SEPTEMBER), follow=True))
    assert "更正申报" in page
    second = Return.objects.get(standing="under_way").case
    assert "更正前申报" in words(browser.get(at(payer, "figure", second.number, "sales-13")))


def test_the_case_page_shows_figures_computation_and_the_rules_asked(browser, payer):
    page = words(browser.get(filed(payer).get_absolute_url()))
    for shown in ("1,000,000.00", "130000.00 − 84500.00 − 3200.00", "每一项数据都由纳税人确认", "自动接受"):
        assert shown in page


def test_the_generic_check_page_leads_to_the_returns_own(browser, payer):
    number = drafts.begin(payer, "vat", SEPTEMBER).number
    response = browser.post(reverse("cases:check", args=[payer.party.ref, number]))
    assert (response.status_code, response.url) == (302, at(payer, "check", number))


def test_the_matter_begins_with_the_periods(browser, payer):
    response = browser.post(reverse("cases:begin", args=[payer.party.ref, "vat-return"]))
    assert (response.status_code, response.url) == (302, at(payer, "periods"))


PAGES = ["figures", "confirm", "refresh", "add", "computed", "check", "done"]


@pytest.mark.parametrize("name", PAGES)
def test_a_foreign_return_and_an_absent_one_look_the_same(payer, office, name):
    number = drafts.begin(payer, "vat", SEPTEMBER).number
    stranger = other_payer(office)
    client = Client()
    client.force_login(stranger.user)
    ask = client.post if name in {"confirm", "refresh"} else client.get
    foreign = ask(at(stranger, name, number))
    absent = ask(at(stranger, name, "SH2026999999999"))
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert ask(at(payer, name, number)).status_code == 404


def test_a_foreign_or_malformed_period_is_refused_without_a_trace(browser, payer):
    for period in ("2026-08", "2026Q3", "nonsense", "2026-99"):
        response = browser.post(at(payer, "begin", "vat", period), follow=True)
        assert response.status_code == 200
        assert response.redirect_chain[-1][0] == at(payer, "periods")
    assert not Return.objects.exists()


def test_a_natural_person_has_no_vat_return(october):
    person = factories.citizen()
    client = Client()
    client.force_login(person.user)
    assert client.get(at(person, "periods")).status_code == 403


def test_who_is_not_signed_in_is_asked_to(payer):
    response = Client().get(at(payer, "periods"))
    assert response.status_code == 302
    assert reverse("account_login") in response.url
