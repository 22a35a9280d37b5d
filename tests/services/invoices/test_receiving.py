"""Files from others: through quarantine, each on its own, in a worker when there are many."""

import io
import zipfile
from xml.etree.ElementTree import fromstring

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.kernel.documents.models import Upload
from apps.services.invoices import importing, opening, receiving, tasks
from apps.services.invoices.layout import ofd
from apps.services.invoices.models import Invoice, InvoiceReceipt, ReceivedInvoice
from apps.services.invoices.writing import xml
from tests.factories_invoices import issued, issuer, purchase, sale, shanghai, trading_company

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november(time_machine) -> None:
    time_machine.move_to(shanghai(2026, 11, 23, 10), tick=False)


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def zipped(**entries: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()


def repacked(package: bytes, **changes: bytes | None) -> bytes:
    """An OFD with parts replaced, or left out where the change is None."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            key = name.rpartition("/")[2].removesuffix(".xml")
            content = changes.get(key, source.read(name)) if key in changes else source.read(name)
            if content is not None:
                target.writestr(name, content)
    return packed.getvalue()


def told(receipt: InvoiceReceipt) -> list[tuple[str, str]]:
    return list(receipt.rows.values_list("name", "outcome"))


def test_each_file_stands_alone_and_lies_in_quarantine_first():
    party, actor = trading_company()
    good, inner = sale(party), purchase(party)
    archive = zipped(one__xml=xml(inner), two__xml=b"<broken", readme__txt=b"ignored")
    receipt = receiving.receive(
        [
            file("good.xml", xml(good)),
            file("again.xml", xml(good)),
            file("all.zip", archive),
            file("bad.zip", b"PK\x03\x04"),
        ],
        actor=actor,
    )
    assert receipt.state == InvoiceReceipt.State.DONE
    assert told(receipt) == [
        ("good.xml", "new"),
        ("again.xml", "known"),
        ("one.xml", "new"),
        ("all.zip/two.xml", "refused"),
        ("bad.zip", "refused"),
    ]
    assert Invoice.objects.count() == 2
    assert Upload.objects.filter(party=party, about=f"invoices/{party.pk}").count() == 3


def test_nothing_is_read_before_the_scanner_has_passed_it(settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"  # nobody answers there
    party, actor = trading_company()
    receipt = receiving.receive([file("a.xml", xml(sale(party))), file("b.xml", xml(purchase(party)))], actor=actor)
    assert (receipt.state, receipt.rows.count(), Invoice.objects.count()) == (InvoiceReceipt.State.WAITING, 0, 0)
    clean, bad = Upload.objects.order_by("id")
    Upload.objects.filter(pk=clean.pk).update(state="clean", scanned_at=receipt.received_at)
    Upload.objects.filter(pk=bad.pk).update(state="refused", scanned_at=receipt.received_at, file="")
    receiving.take_in_waiting()
    receipt.refresh_from_db()
    assert (receipt.state, told(receipt)) == (InvoiceReceipt.State.DONE, [("a.xml", "new"), ("b.xml", "refused")])
    assert "恶意代码" in receipt.rows.last().mistakes[0]


def test_many_go_to_the_worker_and_a_second_worker_changes_nothing():
    party, actor = trading_company()
    archive = zipped(**{f"i{number}__xml": xml(sale(party)) for number in range(receiving.AT_ONCE + 1)})
    receipt = receiving.receive([file("all.zip", archive)], actor=actor)
    assert (receipt.state, receipt.expected, receipt.rows.count()) == ("waiting", receiving.AT_ONCE + 1, 0)
    tasks.take_in_receipt.run(receipt.pk)
    tasks.take_in_waiting_receipts.run()
    receipt.refresh_from_db()
    assert receipt.state == InvoiceReceipt.State.DONE
    assert receipt.rows.filter(outcome="new").count() == Invoice.objects.count() == receiving.AT_ONCE + 1


def test_a_mandate_that_ended_meanwhile_takes_nothing_in():
    party, actor = trading_company()
    archive = zipped(**{f"i{number}__xml": xml(sale(party)) for number in range(receiving.AT_ONCE + 1)})
    receipt = receiving.receive([file("all.zip", archive)], actor=actor)
    type(actor.mandate).objects.filter(pk=actor.mandate.pk).update(state="revoked")
    tasks.take_in_receipt.run(receipt.pk)
    assert set(receipt.rows.values_list("outcome", flat=True)) == {"refused"}
    assert not Invoice.objects.exists()


def test_an_archive_bomb_is_read_no_further_than_an_invoice_is_long():
    _party, actor = trading_company()
    receipt = receiving.receive([file("bomb.zip", zipped(bomb__xml=b"<a>" + b" " * 50_000_000))], actor=actor)
    assert "1 MB" in receipt.rows.get().mistakes[0]


def test_more_files_than_the_limit_are_told_and_the_others_kept(monkeypatch):
    monkeypatch.setattr(receiving, "MAX_FILES", 2)
    party, actor = trading_company()
    receipt = receiving.receive([file(f"{n}.xml", xml(sale(party))) for n in range(4)], actor=actor)
    assert [outcome for _name, outcome in told(receipt)] == ["new", "new", "refused"]


def test_an_ofd_with_its_xml_attached_is_the_invoice():
    invoice = issued(issuer())
    package = ofd.write(invoice)
    parsed, original = opening.read(package)
    assert (parsed.number, original) == (invoice.number, bytes(invoice.original.content))


def test_an_ofd_without_its_xml_is_read_through_its_terms_and_the_xml_may_follow():
    seller, actor = trading_company()
    made = sale(seller, "1234.50")
    invoice = importing.import_xml(xml(made), actor=actor)
    page_only = repacked(ofd.write(invoice), original_invoice=None)
    parsed, original = opening.read(page_only)
    assert (parsed.number, parsed.amount, parsed.tax, parsed.total) == (
        made.number,
        made.amount,
        made.tax,
        made.total,
    )
    assert (parsed.seller_name, parsed.buyer_number, original) == (made.seller_name, made.buyer_number, page_only)
    assert importing.take_in(page_only, actor=actor) == (invoice, False)


def test_an_ofd_alone_is_kept_and_its_xml_says_the_same_later():
    seller, actor = trading_company()
    made = sale(seller)
    draft = importing.import_xml(xml(made), actor=actor)
    page_only = repacked(ofd.write(draft), original_invoice=None)
    draft.delete()
    kept = importing.import_xml(page_only, actor=actor)
    assert kept.original.file_name.endswith(".ofd")
    assert importing.take_in(xml(made), actor=actor) == (kept, False)


def test_a_name_printed_twice_over_itself_is_meant_once():
    invoice = issued(issuer())
    package = ofd.write(invoice)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        page = archive.read(ofd.PAGE).decode().replace(f">{invoice.seller_name}<", f">{invoice.seller_name * 2}<")
    parsed, _original = opening.read(repacked(package, original_invoice=None, Content=page.encode()))
    assert parsed.seller_name == invoice.seller_name


def test_a_broken_custom_tag_is_told_with_what_to_do():
    package = ofd.write(issued(issuer()))
    with pytest.raises(ValidationError, match="下载 XML 原件"):
        opening.read(repacked(package, original_invoice=None, CustomTag=b"<broken"))


def test_an_ofd_cut_short_is_told():
    package = ofd.write(issued(issuer()))
    _party, actor = trading_company("上海晚到贸易有限公司")
    receipt = receiving.receive([file("cut.ofd", package[: len(package) // 2])], actor=actor)
    assert receipt.rows.get().outcome == ReceivedInvoice.Outcome.REFUSED


def test_entities_inside_an_ofd_are_refused():
    package = ofd.write(issued(issuer()))
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><eInvoice>&b;</eInvoice>'
    with pytest.raises(ValidationError, match="实体"):
        opening.read(repacked(package, original_invoice=None, CustomTag=bomb))


def test_an_ofd_that_unpacks_beyond_reason_is_refused():
    package = ofd.write(issued(issuer()))
    with pytest.raises(ValidationError, match="过大"):
        opening.read(repacked(package, Document=b" " * (opening.MAX_UNPACKED + 1)))


def test_totals_that_do_not_add_up_are_told_also_in_an_ofd():
    invoice = issued(issuer())
    package = ofd.write(invoice)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        page = archive.read(ofd.PAGE).decode().replace(f">{invoice.total}<", ">9999.99<")
    with pytest.raises(ValidationError, match="价税合计"):
        opening.read(repacked(package, original_invoice=None, Content=page.encode()))


def test_a_forged_number_of_this_portal_is_refused():
    seller, actor = trading_company()
    real = xml(sale(seller))
    number = fromstring(real).findtext("TaxSupervisionInfo/InvoiceNumber")
    forged = real.replace(number.encode(), b"26318" + number[5:].encode())
    with pytest.raises(ValidationError, match="伪造"):
        importing.import_xml(forged, actor=actor)


def test_the_buyer_may_hand_in_what_was_issued_here():
    buyer = issuer("上海黄浦江轮渡有限公司")
    invoice = issued(issuer(), buyer.party)
    assert importing.take_in(bytes(invoice.original.content), actor=buyer) == (invoice, False)
