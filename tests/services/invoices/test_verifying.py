"""The public check: what a holder may learn, and what looks the same to everyone else."""

import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.services.invoices import red_letters
from apps.services.invoices.layout import ofd
from tests.factories_invoices import issued, issuer, shanghai

pytestmark = pytest.mark.django_db
PAGE, API = "/invoices/verify/", "/api/v1/invoices/verify/"


@pytest.fixture(autouse=True)
def _november(time_machine) -> None:
    time_machine.move_to(shanghai(2026, 11, 23, 10), tick=False)


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> None:
    cache.clear()


@pytest.fixture
def invoice():
    return issued(issuer())


def printed(invoice, **changes) -> dict[str, str]:
    return {"number": invoice.number, "issued_on": "2026-11-23", "total": str(invoice.total), **changes}


def without_token(page: bytes) -> bytes:
    """A page without what Django makes anew each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)


def by_file(client, content: bytes, name: str = "a.xml"):
    return client.post(PAGE, {"by": "file", "file": SimpleUploadedFile(name, content)})


def test_who_holds_the_invoice_sees_that_it_is_true_and_what_was_taken_back(client, invoice):
    page = client.post(PAGE, printed(invoice)).content.decode()
    assert "票面信息与开具记录一致" in page
    assert invoice.seller_name in page
    red_letters.ask(invoice, actor=issuer_of(invoice), reason="allowance", amounts={1: Decimal("250.00")})
    assert "已红冲 250.00 元" in client.post(PAGE, printed(invoice)).content.decode()
    answer = client.post(API, printed(invoice), content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["red_amount"] == "250.00"
    assert answer.json()["sha256"] == invoice.original.sha256


def issuer_of(invoice):
    from apps.kernel.parties.acting import taxpayer_actor  # noqa: PLC0415 - this test alone

    return taxpayer_actor(invoice.issue.issued_by, invoice.seller.ref)


def test_a_wrong_particular_and_an_absent_invoice_look_the_same(client, invoice):
    absent = client.post(PAGE, printed(invoice, number="26318999999999999999"))
    for change in ({"total": "1.00"}, {"issued_on": "2026-11-22"}):
        wrong = client.post(PAGE, printed(invoice, **change))
        assert wrong.status_code == absent.status_code == 404
        assert without_token(wrong.content) == without_token(absent.content)
        by_api = client.post(API, printed(invoice, **change), content_type="application/json")
        none = client.post(API, printed(invoice, number="26318999999999999999"), content_type="application/json")
        assert (by_api.status_code, by_api.content) == (none.status_code, none.content) == (404, none.content)


@pytest.mark.parametrize("change", [{"number": "123"}, {"issued_on": "昨天"}, {"total": "很多"}])
def test_bad_input_is_told_beside_its_field(client, invoice, change):
    assert client.post(PAGE, printed(invoice, **change)).status_code == 422
    assert client.post(API, printed(invoice, **change), content_type="application/json").status_code == 400


def test_an_original_a_copy_and_a_tampered_file_are_told_apart(client, invoice):
    original = bytes(invoice.original.content)
    assert "完全一致" in by_file(client, original).content.decode()
    spaced = original.replace(b"\n", b"\n\n")
    assert "不是原件文件" in by_file(client, spaced).content.decode()
    assert "内容与开具记录一致" in by_file(client, ofd.write(invoice), "a.ofd").content.decode()
    tampered = original.replace(invoice.buyer_name.encode(), "别的公司".encode())
    page = by_file(client, tampered).content.decode()
    assert "文件内容被改动" in page
    assert invoice.buyer_name not in page


def test_a_tampered_total_is_found_too(client, invoice):
    original = bytes(invoice.original.content)
    for said, instead in ((b"1000.00", b"2000.00"), (b"130.00", b"260.00"), (b"1130.00", b"2260.00")):
        original = original.replace(b">" + said + b"<", b">" + instead + b"<")
    assert "文件内容被改动" in by_file(client, original).content.decode()


def test_a_file_made_up_around_a_number_learns_nothing(client, invoice):
    made_up = bytes(invoice.original.content).replace(b"2026-11-23", b"2026-11-20")
    assert by_file(client, made_up).status_code == 404


@pytest.mark.parametrize("content", [b"", b"<broken", b"not xml", b"PK\x03\x04", b"<!DOCTYPE a []><a/>"])
def test_what_is_no_invoice_is_told_and_never_an_error_of_ours(client, content):
    assert by_file(client, content).status_code == 422


def test_asking_without_end_is_slowed_down(client, invoice):
    answers = [client.post(PAGE, printed(invoice, total="1.00")).status_code for _ in range(61)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {404}
