"""Use marks, archive packages and their check away from the portal."""

import base64
import io
import json
import threading
import zipfile

import pytest
import time_machine as travel
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from apps.services.invoices import marking
from apps.services.invoices.archive import offline, sealing
from apps.services.invoices.models import ArchivedInvoice, ArchivePackage, UseMark
from tests import factories
from tests.factories_invoices import issued, issuer, shanghai

NOVEMBER = shanghai(2026, 11, 23, 10)
KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture(autouse=True)
def _november(time_machine) -> None:
    time_machine.move_to(NOVEMBER, tick=False)


@pytest.fixture(autouse=True)
def _place(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.AUDIT_SIGNING_KEY = KEY


@pytest.fixture
def entered():
    """A buyer with two invoices in its books, and one that is not."""
    seller, buyer = issuer(), issuer("上海黄浦江轮渡有限公司")
    invoices = [issued(seller, buyer.party) for _ in range(3)]
    for number, invoice in enumerate(invoices[:2], start=1):
        marking.mark(invoice, "entered", f"记-{number:03d}", actor=buyer)
    return seller, buyer, invoices


def rewritten(content: bytes, **changes: bytes | None) -> io.BytesIO:
    """A package with files replaced (by the end of their name), or left out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            change = next((key for key in changes if name.endswith(key.replace("__", "."))), None)
            kept = changes[change] if change else source.read(name)
            if kept is not None:
                target.writestr(name, kept)
    return packed


@pytest.mark.django_db
def test_an_invoice_is_used_once_of_a_kind_and_by_each_party_for_itself(entered):
    seller, buyer, (first, _second, _third) = entered
    again, new = marking.mark(first, "entered", "记-001", actor=buyer)
    assert (again.voucher, new) == ("记-001", False)
    with pytest.raises(ValidationError, match="记-001"):
        marking.mark(first, "entered", "记-999", actor=buyer)
    assert marking.mark(first, "reimbursed", "报-7", actor=buyer)[1]
    assert marking.mark(first, "entered", "销-1", actor=seller)[1]
    assert UseMark.objects.filter(invoice=first).count() == 3


@pytest.mark.django_db
def test_a_withdrawn_mark_stays_on_record_and_frees_the_invoice(entered):
    _seller, buyer, (first, *_others) = entered
    with pytest.raises(ValidationError, match="原因"):
        marking.withdraw(first, "entered", because="", actor=buyer)
    marking.withdraw(first, "entered", because="记错科目", actor=buyer)
    assert marking.mark(first, "entered", "记-005", actor=buyer)[1]
    assert UseMark.objects.filter(invoice=first, party=buyer.party, kind="entered").count() == 2
    with pytest.raises(ValidationError, match="没有这个标识"):
        marking.withdraw(first, "reimbursed", because="没有", actor=buyer)


@pytest.mark.django_db
def test_a_mark_needs_a_kind_a_voucher_a_side_and_a_mandate(entered):
    _seller, buyer, (first, *_others) = entered
    for kind, voucher in (("gift", "1"), ("entered", " "), ("entered", "x" * 61)):
        with pytest.raises(ValidationError):
            marking.mark(first, kind, voucher, actor=buyer)
    with pytest.raises(ValidationError, match="本单位"):
        marking.mark(first, "entered", "1", actor=issuer("上海晚到贸易有限公司"))
    limited = factories.representative(buyer.party, "filer", "钱多多", matters=["deferral"])
    with pytest.raises(PermissionDenied):
        marking.mark(first, "reimbursed", "1", actor=limited)


@pytest.mark.django_db(transaction=True)
def test_two_systems_at_once_use_it_once():
    with travel.travel(NOVEMBER, tick=False):
        buyer = issuer("上海黄浦江轮渡有限公司")
        invoice = issued(issuer(), buyer.party)
        ready, outcomes = threading.Barrier(4), []

        def go(number: int) -> None:
            try:
                ready.wait(timeout=20)
                marking.mark(invoice, "reimbursed", f"报-{number}", actor=buyer)
                outcomes.append("used")
            except ValidationError:
                outcomes.append("refused")
            finally:
                connection.close()

        threads = [threading.Thread(target=go, args=[number]) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert sorted(outcomes) == ["refused", "refused", "refused", "used"]


@pytest.mark.django_db
def test_a_package_holds_what_is_entered_and_checks_out(entered):
    _seller, buyer, invoices = entered
    package = sealing.seal(2026, actor=buyer)
    assert (package.invoices_number, package.sequence, package.keep_years) == (2, 1, 30)
    assert package.keep_until.isoformat() == "2056-12-31"
    assert sealing.check(package) == []
    with package.file.open("rb") as file, zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        first = invoices[0]
        assert archive.read(f"files/{first.number}/dzfp_{first.number}.xml") == bytes(first.original.content)
        assert "记-001" in archive.read("index.csv").decode()
    assert len([name for name in names if name.endswith(".pdf")]) == 2
    assert manifest["category"] == "会计凭证—电子发票"
    assert manifest["head"] == package.head


@pytest.mark.django_db
def test_an_invoice_is_archived_once_and_packages_rest_on_each_other(entered):
    _seller, buyer, invoices = entered
    first = sealing.seal(2026, actor=buyer)
    with pytest.raises(ValidationError, match="没有等待归档"):
        sealing.seal(2026, actor=buyer)
    marking.mark(invoices[2], "entered", "记-003", actor=buyer)
    second = sealing.seal(2026, actor=buyer)
    assert (second.sequence, second.previous) == (2, first.head)
    assert sealing.check(second) == []
    assert ArchivedInvoice.objects.filter(party=buyer.party).count() == 3


@pytest.mark.django_db
def test_the_offline_check_names_every_kind_of_change(entered, tmp_path):
    _seller, buyer, _invoices = entered
    package = sealing.seal(2026, actor=buyer)
    with package.file.open("rb") as file:
        content = file.read()
    assert offline.faults(io.BytesIO(content)) == []
    assert any("changed: index.csv" in fault for fault in offline.faults(rewritten(content, index__csv=b"x")))
    assert any("missing: index.csv" in fault for fault in offline.faults(rewritten(content, index__csv=None)))
    assert offline.faults(rewritten(content, signature__json=None)) == ["missing: signature.json"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        forged = archive.read("manifest.json").replace(b'"fiscal_year": 2026', b'"fiscal_year": 2025')
    assert "signature does not match the manifest" in offline.faults(rewritten(content, manifest__json=forged))
    assert offline.faults(io.BytesIO(content[:400]))[0].startswith("not a whole package")
    assert offline.faults(io.BytesIO(content), trusted={"another"}) == ["signed with a key that is not trusted"]
    added = rewritten(content)
    with zipfile.ZipFile(added, "a") as archive:
        archive.writestr("extra.xml", b"<a/>")
    assert offline.faults(added) == ["not in the manifest: extra.xml"]
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(content)
    bad.write_bytes(rewritten(content, index__csv=b"x").getvalue())
    call_command("verify_invoice_archive", str(good))
    with pytest.raises(CommandError):
        call_command("verify_invoice_archive", str(good), str(bad))


@pytest.mark.django_db
def test_a_kept_package_that_was_changed_is_found_out(entered):
    _seller, buyer, _invoices = entered
    package = sealing.seal(2026, actor=buyer)
    ArchivePackage.objects.filter(pk=package.pk).update(sha256="0" * 64)
    package.refresh_from_db()
    assert sealing.check(package) == ["changed since it was sealed"]


@pytest.mark.django_db
def test_a_name_that_a_spreadsheet_would_run_is_kept_as_text():
    seller = issuer()
    invoice = issued(seller, kind="ordinary", buyer_number="", buyer_name="=HYPERLINK(1)")
    marking.mark(invoice, "entered", "+1", actor=seller)
    package = sealing.seal(2026, actor=seller)
    with package.file.open("rb") as file, zipfile.ZipFile(file) as archive:
        index = archive.read("index.csv").decode()
    assert "'=HYPERLINK(1)" in index
    assert "'+1" in index
