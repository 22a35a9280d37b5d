"""Invoices on the taxpayer's pages and through the API."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.kernel.audit.models import Event
from apps.services.invoices import importing
from apps.services.invoices.models import Invoice
from apps.services.invoices.views import reading
from apps.services.invoices.writing import xml
from tests import factories
from tests.factories_invoices import purchase, sale, shanghai, trading_company

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november(time_machine) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def trader(client):
    """A company, its representative signed in, and the address of its pages."""
    party, actor = trading_company()
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return party, actor, f"/as/{party.ref}/invoices/"


def file(content: bytes, name: str = "dzfp.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/xml")


def test_without_invoices_the_page_says_so(client, trader):
    assert "还没有发票" in client.get(trader[2]).content.decode()


def test_files_are_handed_in_and_told_row_by_row(client, trader):
    party, _actor, address = trader
    good = xml(sale(party))
    answer = client.post(f"{address}upload/", {"files": [file(good), file(b"<broken", "bad.xml")]}, follow=True)
    page = answer.content.decode()
    assert "共 2 份：新导入 1 份，未能导入 1 份" in page
    assert "bad.xml" in page
    again = client.post(f"{address}upload/", {"files": [file(good)]}, follow=True)
    assert "此前已导入" in again.content.decode()
    assert Invoice.objects.count() == 1


def test_nothing_chosen_and_empty_files_are_bad_input(client, trader):
    assert client.post(f"{trader[2]}upload/", {}).status_code == 422
    assert client.post(f"{trader[2]}upload/", {"files": [file(b"")]}).status_code == 422


def test_a_month_is_listed_with_its_totals_page_by_page(client, trader, monkeypatch):
    monkeypatch.setattr(reading, "PER_PAGE", 2)
    party, actor, address = trader
    made = [sale(party, at=shanghai(2026, 9, day)) for day in (3, 3, 1)] + [purchase(party, at=shanghai(2026, 8, 1))]
    for each in made:
        importing.import_xml(xml(each), actor=actor)
    first = client.get(address)
    page = first.content.decode()
    assert "3,000.00" in page
    assert "390.00" in page
    assert f'href="{made[2].number}/"' not in page
    second = client.get(f"{address}?{first.context['next']}").content.decode()
    assert f'href="{made[2].number}/"' in second
    assert f'href="{made[0].number}/"' not in second
    august = client.get(address, {"month": "2026-08"}).content.decode()
    assert made[3].number in august
    assert "没有符合条件的发票" in client.get(address, {"month": "2026-01"}).content.decode()
    assert Event.objects.filter(stream=f"reads/{party.pk}", target="invoices").count() == 4


@pytest.mark.parametrize("month", ["2026-13", "九月", "2026", "1999-01"])
def test_a_month_that_is_none_is_bad_input(client, trader, month):
    answer = client.get(trader[2], {"month": month})
    assert answer.status_code == 422
    assert "2026-09" in answer.content.decode()


def test_an_invoice_is_shown_with_its_lines_and_its_original_byte_for_byte(client, trader):
    party, actor, address = trader
    content = xml(sale(party))
    invoice = importing.import_xml(content, actor=actor)
    page = client.get(f"{address}{invoice.number}/").content.decode()
    for shown in ("*金属加工机械*铣床", "13%", "1,130.00", party.name):
        assert shown in page
    original = client.get(f"{address}{invoice.number}/original/")
    assert original.content == content
    assert original["Content-Disposition"].startswith("attachment")


def test_an_invoice_of_others_is_not_found_like_an_absent_one(client, trader):
    _party, _actor, address = trader
    other, other_actor = trading_company("上海黄浦江轮渡有限公司")
    invoice = importing.import_xml(xml(sale(other)), actor=other_actor)
    for path in ("", "original/"):
        foreign = client.get(f"{address}{invoice.number}/{path}")
        absent = client.get(f"{address}26319999999999999999/{path}")
        assert foreign.status_code == absent.status_code == 404
    assert client.get(f"/as/{other.ref}/invoices/").status_code == 404
    assert client.get(address, {"month": "2026-09", "after": invoice.number}).status_code == 404


def test_pages_need_signing_in(client):
    party = factories.company()
    for path in ("", "upload/", "26310000000000000000/"):
        assert client.get(f"/as/{party.ref}/invoices/{path}").status_code in {302, 404}


class TestApi:
    URL = "/api/v1/invoices/"

    def post(self, client, content: bytes, **headers):
        return client.post(self.URL, {"file": file(content)}, headers=headers)

    def test_new_known_conflicting_and_wrong_files_are_told_apart(self, client, trader):
        party, _actor, _address = trader
        content, acting = xml(sale(party)), {"X-Acting-For": party.ref}
        made = self.post(client, content, **acting)
        assert made.status_code == 201
        assert made.json()["total"] == "1130.00"
        assert self.post(client, content, **acting).status_code == 200
        conflict = self.post(client, content.replace("铣床".encode(), "车床".encode()), **acting)
        assert conflict.status_code == 409
        wrong = self.post(client, content[:-30], **acting)
        assert wrong.status_code == 400
        assert "file" in wrong.json()["errors"]
        assert client.post(self.URL, {}, headers=acting).status_code == 400
        assert Invoice.objects.count() == 1

    def test_only_for_parties_one_may_act_for(self, client, trader):
        other, _ = trading_company("上海黄浦江轮渡有限公司")
        assert self.post(client, xml(sale(other)), **{"X-Acting-For": other.ref}).status_code == 404
        client.logout()
        assert self.post(client, xml(sale(other))).status_code in {401, 403}
        assert not Invoice.objects.exists()
