"""Issuing, taking back and the counter's look, on the pages and by API, without JavaScript."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.kernel.audit.models import Event
from apps.kernel.parties.models import Role
from apps.services.invoices import purposes, red_letters
from apps.services.invoices.models import Invoice, RedLetter
from tests import factories
from tests.access.world import World
from tests.factories_invoices import MACHINE, OUTSIDER, issued, issuer, limit, shanghai

pytestmark = pytest.mark.django_db
FORM = {
    "kind": "special",
    "buyer_name": OUTSIDER.name,
    "buyer_number": OUTSIDER.number,
    "key": "page-key-1",
    "items-TOTAL_FORMS": "1",
    "items-INITIAL_FORMS": "0",
    "items-0-name": MACHINE.name,
    "items-0-tax_class": MACHINE.tax_class,
    "items-0-unit": "台",
    "items-0-quantity": "3",
    "items-0-price": "100.50",
    "items-0-rate": "0.13",
}
ORDER = {
    "kind": "special",
    "buyer_name": OUTSIDER.name,
    "buyer_number": OUTSIDER.number,
    "items": [
        {"name": MACHINE.name, "tax_class": MACHINE.tax_class, "quantity": "3", "price": "100.50", "rate": "0.13"}
    ],
}


@pytest.fixture(autouse=True)
def _november(time_machine) -> None:
    time_machine.move_to(shanghai(2026, 11, 23, 10), tick=False)


@pytest.fixture(autouse=True)
def _place(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def signed_in(client, actor):
    World._sign_in(client, actor.user)
    return f"/as/{actor.party.ref}/invoices/" if actor.party else "/counter/invoices/"


def test_fill_in_check_issue_and_the_button_twice_issues_once(client):
    actor = issuer()
    address = signed_in(client, actor)
    assert client.get(f"{address}issue/").status_code == 200
    check = client.post(f"{address}issue/", {**FORM, "step": "check"})
    assert check.status_code == 200
    for shown in ("301.50", "39.20", "340.70", "3 台"):
        assert shown in check.content.decode()
    assert not Invoice.objects.exists()
    first = client.post(f"{address}issue/", {**FORM, "step": "issue"})
    again = client.post(f"{address}issue/", {**FORM, "step": "issue"})
    assert first["Location"] == again["Location"]
    invoice = Invoice.objects.get()
    assert invoice.total == Decimal("340.70")
    assert invoice.number in client.get(first["Location"]).content.decode()


def test_another_line_keeps_what_is_typed_and_an_untouched_line_counts_for_nothing(client):
    address = signed_in(client, issuer())
    more = client.post(f"{address}issue/", {**FORM, "step": "add"})
    page = more.content.decode()
    assert MACHINE.name in page
    assert 'name="items-1-name"' in page
    assert "error-summary" not in page
    untouched = {"items-TOTAL_FORMS": "2", "items-1-quantity": "1", "items-1-rate": "0.13"}
    assert client.post(f"{address}issue/", {**FORM, **untouched, "step": "issue"}).status_code == 302
    assert Invoice.objects.get().lines.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"items-0-tax_class": "12"}, "19 位数字"),
        ({"items-0-price": "-1"}, "第 1 行：<strong>单价（元，不含税）</strong> 单价应大于 0"),
        ({"items-0-quantity": "0"}, "第 1 行：<strong>数量</strong> 数量应大于 0。"),
        ({"items-0-quantity": "abc"}, "第 1 行：<strong>数量</strong>"),
        ({"items-0-name": ""}, "第 1 行：<strong>项目名称</strong> 这一项不能空着。"),
        ({"buyer_number": "91310000000000000"}, "购买方识别号不正确"),
        ({"kind": "paper"}, "error-summary"),
        ({"items-TOTAL_FORMS": "x"}, "error-summary"),
        ({"items-0-price": "99999999"}, "本月发票额度还剩"),
    ],
)
def test_bad_input_is_told_and_what_was_typed_stays(client, change, said):
    address = signed_in(client, issuer())
    answer = client.post(f"{address}issue/", {**FORM, **change, "step": "issue"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert OUTSIDER.name in answer.content.decode()
    assert not Invoice.objects.exists()


def test_a_quota_that_falls_short_is_told_before_the_button_is_offered(client):
    address = signed_in(client, issuer())
    answer = client.post(f"{address}issue/", {**FORM, "items-0-price": "99999999", "step": "check"})
    assert answer.status_code == 422
    assert "本月发票额度还剩" in answer.content.decode()
    assert 'value="issue"' not in answer.content.decode()


def test_natural_persons_have_no_such_page(client):
    assert client.get(f"{signed_in(client, factories.citizen())}issue/").status_code == 403


def test_the_other_side_answers_on_its_page(client):
    seller, buyer = issuer(), issuer("上海黄浦江轮渡有限公司")
    blue = issued(seller, buyer.party)
    purposes.confirm(blue, "deduct", actor=buyer)
    address = signed_in(client, seller)
    page = client.get(f"{address}{blue.number}/red-letter/")
    assert "最多 1,000.00 元" in page.content.decode()
    assert client.post(f"{address}{blue.number}/red-letter/", {"reason": "x"}).status_code == 422
    too_much = client.post(f"{address}{blue.number}/red-letter/", {"reason": "return", "amount_1": "1000.01"})
    assert too_much.status_code == 422
    asked = client.post(f"{address}{blue.number}/red-letter/", {"reason": "return", "amount_1": "400"})
    form = RedLetter.objects.get()
    assert form.ref in asked["Location"]
    assert client.post(f"{address}red-letters/{form.ref}/", {"step": "agree"}).status_code == 403
    address = signed_in(client, buyer)
    assert form.ref in client.get(f"{address}red-letters/").content.decode()
    assert client.post(f"{address}red-letters/{form.ref}/", {"step": "reject"}).status_code == 422
    assert client.post(f"{address}red-letters/{form.ref}/", {"step": "agree"}).status_code == 302
    form.refresh_from_db()
    assert form.state == "issued"
    assert "已开具红字发票" in client.get(f"{address}red-letters/{form.ref}/").content.decode()
    stranger = signed_in(client, issuer("上海晚到贸易有限公司"))
    assert client.get(f"{stranger}red-letters/{form.ref}/").status_code == 404


@pytest.mark.parametrize(("purpose", "told"), [("deduct", True), ("not_deduct", False)])
def test_only_who_deducted_the_tax_is_told_that_it_is_transferred_out(client, purpose, told):
    seller, buyer = issuer(), issuer("上海黄浦江轮渡有限公司")
    blue = issued(seller, buyer.party)
    purposes.confirm(blue, purpose, actor=buyer)
    form = red_letters.ask(blue, actor=seller, reason="return")
    page = client.get(f"{signed_in(client, buyer)}red-letters/{form.ref}/").content.decode()
    assert "红字发票立即开具" in page
    assert ("进项税额相应转出" in page) == told


def test_the_seller_who_is_asked_deducted_nothing(client):
    seller, buyer = issuer(), issuer("上海黄浦江轮渡有限公司")
    form = red_letters.ask(issued(seller, buyer.party), actor=buyer, reason="return")
    assert "进项税额相应转出" not in client.get(f"{signed_in(client, seller)}red-letters/{form.ref}/").content.decode()


def test_purpose_mark_and_mail_are_done_on_the_invoice(client):
    seller, buyer = issuer(), issuer("上海黄浦江轮渡有限公司")
    invoice = issued(seller, buyer.party)
    page = f"{signed_in(client, buyer)}{invoice.number}/"
    assert client.post(f"{page}purpose/", {"purpose": "gift"}).status_code == 422
    assert client.post(f"{page}purpose/", {"purpose": "not_deduct"}).status_code == 302
    assert client.post(f"{page}marks/", {"kind": "entered", "voucher": "记-1"}).status_code == 302
    twice = client.post(f"{page}marks/", {"kind": "entered", "voucher": "记-2"})
    assert twice.status_code == 422
    assert "记-1" in twice.content.decode()
    assert client.post(f"{page}marks/entered/", {"kind": "entered"}).status_code == 422
    assert client.post(f"{page}marks/entered/", {"kind": "entered", "because": "记错"}).status_code == 302
    assert client.post(f"{page}mail/", {"email": "a@example.com"}).status_code == 422
    page = f"{signed_in(client, seller)}{invoice.number}/"
    assert client.post(f"{page}mail/", {"email": "nowhere"}).status_code == 422
    assert client.post(f"{page}mail/", {"email": "a@example.com"}).status_code == 302


def test_the_list_is_filtered_and_added_up(client):
    seller, buyer = issuer(), issuer("上海黄浦江轮渡有限公司")
    blue = issued(seller, buyer.party)
    issued(buyer, seller.party, price="50.00")
    red = red_letters.ask(blue, actor=seller, reason="return", amounts={1: Decimal("300.00")}).red
    address = signed_in(client, seller)
    sales = client.get(address, {"month": "2026-11", "direction": "sale"})
    assert (sales.context["selection"].number, sales.context["selection"].amount) == (2, Decimal("700.00"))
    reds = client.get(address, {"status": "red"})
    assert [invoice for invoice, _is_sale in reds.context["rows"]] == [red]
    assert client.get(address, {"direction": "sideways"}).status_code == 422


def test_a_clerk_sees_the_taxpayers_of_the_own_office_and_each_look_is_recorded(client):
    office = factories.tax_office()
    actor = issuer(office=office)
    invoice = issued(actor)
    address = signed_in(client, factories.staff(office))
    found = client.post(address, {"uscc": actor.party.organisation.uscc})
    assert found["Location"] == f"{address}{actor.party.ref}/"
    assert invoice.number in client.get(found["Location"]).content.decode()
    assert client.get(f"{found['Location']}{invoice.number}/").status_code == 200
    reads = Event.objects.filter(stream=f"reads/{actor.party.pk}", data__purpose="counter")
    assert reads.count() == 2
    other = signed_in(client, factories.staff(factories.tax_office("浦东"), name="沈悦"))
    assert client.post(other, {"uscc": actor.party.organisation.uscc}).status_code == 422
    assert client.get(f"{other}{actor.party.ref}/").status_code == 404
    signed_in(client, factories.staff(office, Role.AUDITOR, name="何审"))
    assert client.get(f"{address}{actor.party.ref}/").status_code == 404


class TestApi:
    URL = "/api/v1/invoices/"

    def post(self, client, path: str, data, actor, **headers):
        World._sign_in(client, actor.user)
        return client.post(
            f"{self.URL}{path}",
            data,
            content_type="application/json",
            headers={"X-Acting-For": actor.party.ref, **headers},
        )

    def test_issuing_needs_a_key_and_answers_the_same_to_the_same(self, client):
        actor = issuer()
        assert "Idempotency-Key" in self.post(client, "issue/", ORDER, actor).json()["errors"]
        first = self.post(client, "issue/", ORDER, actor, **{"Idempotency-Key": "api-key-1"})
        again = self.post(client, "issue/", ORDER, actor, **{"Idempotency-Key": "api-key-1"})
        assert (first.status_code, first.json()) == (201, again.json())
        assert first.json()["total"] == "340.70"
        wrong = self.post(client, "issue/", {**ORDER, "total": "1.00"}, actor, **{"Idempotency-Key": "api-key-2"})
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["total"])
        bad = {**ORDER, "items": [{**ORDER["items"][0], "rate": "0.5"}]}
        refused = self.post(client, "issue/", bad, actor, **{"Idempotency-Key": "api-key-3"})
        assert list(refused.json()["errors"]) == ["items.0.rate"]
        bad = {**ORDER, "items": [{**ORDER["items"][0], "tax_class": "12"}]}
        refused = self.post(client, "issue/", bad, actor, **{"Idempotency-Key": "api-key-5"})
        assert refused.json()["errors"] == {"items.0.tax_class": ["税收分类编码是 19 位数字。请对照编码表填写。"]}
        limit(actor.party, "301.50")
        over = self.post(client, "issue/", ORDER, actor, **{"Idempotency-Key": "api-key-4"})
        assert over.status_code == 400
        quota = client.get(f"{self.URL}quota/", headers={"X-Acting-For": actor.party.ref})
        assert quota.json()["left"] == "0.00"

    def test_marks_by_an_erp_are_told_apart(self, client):
        buyer = issuer("上海黄浦江轮渡有限公司")
        path = f"{issued(issuer(), buyer.party).number}/marks/"
        mark = {"kind": "entered", "voucher": "记-1"}
        assert self.post(client, path, mark, buyer).status_code == 201
        assert self.post(client, path, mark, buyer).status_code == 200
        assert self.post(client, path, {**mark, "voucher": "记-2"}, buyer).status_code == 409
        assert self.post(client, path, {"kind": "x"}, buyer).status_code == 400
        assert self.post(client, path, mark, issuer("上海晚到贸易有限公司")).status_code == 404
        headers = {"X-Acting-For": buyer.party.ref}
        World._sign_in(client, buyer.user)
        taken = client.delete(
            f"{self.URL}{path}", {"kind": "entered", "because": "错"}, content_type="application/json", headers=headers
        )
        assert taken.status_code == 200
        assert len(client.get(f"{self.URL}{path}", headers=headers).json()) == 1

    def test_red_letters_by_api(self, client):
        seller, buyer = issuer(), issuer("上海黄浦江轮渡有限公司")
        blue = issued(seller, buyer.party)
        purposes.confirm(blue, "deduct", actor=buyer)
        asked = self.post(
            client, f"{blue.number}/red-letters/", {"reason": "return", "amounts": {"1": "10.00"}}, seller
        )
        assert (asked.status_code, asked.json()["state"]) == (201, "waiting")
        wrong = self.post(client, f"{blue.number}/red-letters/", {"reason": "return", "amounts": {"x": "1"}}, seller)
        assert wrong.status_code == 400
        path = f"red-letters/{asked.json()['ref']}/"
        assert self.post(client, path, {"action": "agree"}, seller).status_code == 403
        agreed = self.post(client, path, {"action": "agree"}, buyer)
        assert (agreed.json()["state"], len(agreed.json()["red"])) == ("issued", 20)
        assert self.post(client, path, {"action": "agree"}, buyer).status_code == 400

    def test_lists_receipts_and_purposes(self, client):
        buyer = issuer("上海黄浦江轮渡有限公司")
        invoice = issued(issuer(), buyer.party)
        confirmed = self.post(client, f"{invoice.number}/purpose/", {"purpose": "deduct"}, buyer)
        assert confirmed.json() == {"purpose": "deduct"}
        headers = {"X-Acting-For": buyer.party.ref}
        page = client.get(f"{self.URL}?direction=purchase&month=2026-11", headers=headers).json()
        assert (page["results"][0]["number"], page["selection"]["number"]) == (invoice.number, 1)
        assert client.get(f"{self.URL}?month=x", headers=headers).status_code == 400
        file = SimpleUploadedFile("a.xml", bytes(invoice.original.content))
        receipt = client.post(f"{self.URL}receipts/", {"file": file}, headers=headers)
        assert receipt.status_code == 202
        told = client.get(f"{self.URL}receipts/{receipt.json()['ref']}/", headers=headers).json()
        assert (told["state"], told["rows"][0]["outcome"]) == ("done", "known")
