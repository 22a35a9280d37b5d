"""Handing over: the inbox, real mail with the files, the public pick-up page."""

import io

import pikepdf
import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.kernel.notifications import delivery as post
from apps.kernel.notifications.models import Delivery, Message
from apps.services.invoices import delivery
from apps.services.invoices.layout import pdf
from tests.factories_invoices import issued, issuer, shanghai

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november(time_machine) -> None:
    time_machine.move_to(shanghai(2026, 11, 23, 10), tick=False)


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> None:
    cache.clear()


def test_the_mail_carries_the_original_and_both_layouts(mailoutbox):
    invoice = issued(issuer(), email="buyer@example.com")
    message = Message.objects.get(email="buyer@example.com")
    assert (message.party, message.about) == (None, f"invoice/{invoice.number}")
    post.deliver_due()
    (letter,) = mailoutbox
    assert letter.to == ["buyer@example.com"]
    assert delivery.pick_up_url(invoice) in letter.body
    papers = {name: content for name, content, _mime in letter.attachments}
    stem = f"dzfp_{invoice.number}"
    assert set(papers) == {f"{stem}.xml", f"{stem}.pdf", f"{stem}.ofd"}
    xml = papers[f"{stem}.xml"]
    assert (xml.encode() if isinstance(xml, str) else bytes(xml)) == bytes(invoice.original.content)
    assert Delivery.objects.get(message=message).state == Delivery.State.DELIVERED


def test_only_the_seller_sends_what_was_issued_here_and_to_an_address():
    seller, buyer = issuer(), issuer("上海黄浦江轮渡有限公司")
    invoice = issued(seller, buyer.party)
    with pytest.raises(ValidationError):
        delivery.send_again(invoice, "no address", actor=seller)
    with pytest.raises(ValidationError):
        delivery.send_again(invoice, "a@example.com", actor=buyer)
    delivery.send_again(invoice, "a@example.com", actor=seller)
    assert Message.objects.filter(email="a@example.com").count() == 1


def test_whoever_holds_the_code_picks_it_up_without_signing_in(client):
    invoice = issued(issuer())
    address = f"/invoices/pick-up/{invoice.issue.code}/"
    page = client.get(address)
    assert invoice.number in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert client.get(f"{address}xml/").content == bytes(invoice.original.content)
    assert client.get(f"{address}pdf/").content.startswith(b"%PDF")
    assert client.get(f"{address}ofd/").content.startswith(b"PK")
    assert client.get(f"{address}exe/").status_code == 404
    assert client.get(f"/invoices/pick-up/{invoice.number}/").status_code == 404
    assert len(invoice.issue.code) == 26


def test_codes_cannot_be_tried_without_end(client):
    answers = [client.get(f"/invoices/pick-up/{number:026d}/").status_code for number in range(31)]
    assert answers == [404] * 30 + [429]


def test_the_pdf_is_tagged_and_shows_the_amount_in_capitals():
    invoice = issued(issuer(), price="1000.00")
    with pikepdf.open(io.BytesIO(pdf.write(invoice))) as document:
        assert document.Root.MarkInfo.Marked
        assert invoice.number in str(document.open_metadata()["dc:title"])


def test_our_own_package_passes_the_inspection_of_uploads(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    from apps.kernel.documents import uploads  # noqa: PLC0415 - this test alone
    from apps.services.invoices.layout import ofd  # noqa: PLC0415 - this test alone

    seller = issuer()
    package = SimpleUploadedFile("a.ofd", ofd.write(issued(seller)))
    assert uploads.receive(package, actor=seller, about="invoices/1").content_type == "application/ofd"
