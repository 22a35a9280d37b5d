"""Letters: numbered without gaps, written once, readable by people, screen readers and scanners."""

import datetime as dt
import gc
import hashlib
import io
import threading
from decimal import Decimal

import pikepdf
import pypdf
import pypdfium2
import pytest
import time_machine
import zxingcpp
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction
from django.utils import translation

from apps.kernel.audit.models import Event
from apps.kernel.documents import codes, kinds, letters, rendering, tasks, writing
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.identifiers import masked
from apps.kernel.parties.models import Office
from tests import factories
from tests.factories_documents import payment_certificate

CASE = {"number": "SH2026000001", "title": "延期缴纳税款"}
SYSTEM = Actor.system("ledger")
REFUSAL = {**CASE, "reason": "货币资金足以缴纳本期税款。", "clause": "《税收征收管理法》第三十一条"}

pytestmark = pytest.mark.django_db


def content(document: IssuedDocument) -> bytes:
    return writing.write(document.pk).file.read()


def text(document: IssuedDocument) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content(document))).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_a_certificate_says_who_paid_what_in_figures_and_words():
    company = factories.company("上海浦江精密仪器有限公司", office=factories.tax_office())
    certificate = payment_certificate(company)
    said = text(certificate)
    for words in (
        "税收完税证明",
        certificate.number,
        "上海浦江精密仪器有限公司",
        company.organisation.uscc,
        "城市维护建设税",
        "2026年10月15日",
        "8,400.00",
        "128,400.00",
        "壹拾贰万捌仟肆佰元整",
        "黄浦区税务局第一税务所",
        f"https://tax.example/verify/{certificate.printed_code}",
    ):
        assert words in said
    assert certificate.amount == Decimal("128400.00")


def test_the_pdf_is_searchable_without_stray_spaces():
    page = pypdf.PdfReader(io.BytesIO(content(payment_certificate(factories.company())))).pages[0].extract_text()
    for words in ("税收完税证明", "上海税费服务", "城市维护建设税", "金额合计（大写）"):
        assert words in page


def test_a_persons_identity_number_is_masked_on_paper():
    person = factories.citizen().party
    said = text(payment_certificate(person))
    assert person.person.id_number not in said
    assert masked(person.person.id_number) in said


@pytest.mark.parametrize(
    ("kind", "context", "words"),
    [
        ("acceptance-notice", {**CASE, "due_on": dt.date(2026, 12, 7), "term": "10 个工作日"}, "至2026年12月7日止"),
        ("supplement-notice", {**CASE, "reason": "缺少资产负债表。", "papers": ["资产负债表"]}, "缺少资产负债表"),
        ("decision-approval", {**CASE, "decision": "准予延期三个月。"}, "准予延期三个月"),
        ("decision-refusal", REFUSAL, "申请行政复议"),
        ("transfer-notice", {**CASE, "office": "浦东新区税务局"}, "转交浦东新区税务局办理"),
    ],
)
def test_every_kind_of_letter_can_be_written(kind, context, words):
    letter = letters.issue(kind, factories.company(), context, actor=SYSTEM)
    said = text(letter)
    assert "".join(str(kinds.get(kind).title).split()) in said
    assert words in said
    assert "SH2026000001" in said


@pytest.mark.parametrize(
    ("office", "reviewer"),
    [(factories.tax_office, "上一级税务机关"), (factories.department, "本级人民政府")],
    ids=["tax", "department"],
)
def test_a_refusal_says_who_reviews_it(office, reviewer):
    letter = letters.issue("decision-refusal", factories.company(), REFUSAL, actor=factories.staff(office()))
    assert f"向{reviewer}申请行政复议" in text(letter)


def test_the_pdf_is_tagged_titled_in_chinese_and_carries_its_fonts():
    certificate = payment_certificate(factories.company())
    with pikepdf.open(io.BytesIO(content(certificate))) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert "/StructTreeRoot" in root
        assert root.Lang == "zh-CN"
        assert b"pdfuaid" in root.Metadata.read_bytes()
        assert certificate.number in str(document.docinfo["/Title"])
        descriptors = [
            entry
            for entry in document.objects
            if isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/FontDescriptor"
        ]
        assert descriptors
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(entry.keys()) for entry in descriptors)


def test_a_scanner_reads_the_check_address_from_the_printed_page():
    certificate = payment_certificate(factories.company())
    page = pypdfium2.PdfDocument(content(certificate))[0].render(scale=2).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [
        f"https://tax.example/verify/{certificate.printed_code}"
    ]


def test_a_written_paper_leaves_nothing_to_the_collector():
    """The bytes of the fonts hang on it: a hundred letters at once took a worker two gigabytes."""
    gc.collect()
    gc.disable()
    try:
        rendering.paper("<p>完税证明</p>", "D2026")
        assert gc.collect() < 100
    finally:
        gc.enable()


def test_the_file_is_written_once_and_its_digest_kept():
    certificate = payment_certificate(factories.company())
    assert not certificate.is_ready
    tasks.write_letter(certificate.pk)
    first = IssuedDocument.objects.get(pk=certificate.pk)
    tasks.write_letter(certificate.pk)
    again = IssuedDocument.objects.get(pk=certificate.pk)
    assert again.file.name == first.file.name
    assert hashlib.sha256(again.file.read()).hexdigest() == first.sha256
    assert certificate.ref not in first.file.name
    assert certificate.number not in first.file.name


def test_a_letter_whose_task_was_lost_is_written_by_the_sweep():
    certificate = payment_certificate(factories.company())
    tasks.write_waiting_letters()
    assert not IssuedDocument.objects.get(pk=certificate.pk).is_ready
    with time_machine.travel(dt.timedelta(minutes=5)):
        tasks.write_waiting_letters()
    assert IssuedDocument.objects.get(pk=certificate.pk).is_ready


def test_an_official_letter_is_chinese_for_a_reader_of_english_too():
    with translation.override("en"):
        letter = letters.issue("acceptance-notice", factories.company(), CASE, actor=SYSTEM)
        assert letter.title == "受理通知书"
        assert "受理通知书" in text(letter)


def test_numbers_count_up_per_kind_and_start_again_each_year():
    company = factories.company()
    with time_machine.travel(dt.datetime(2026, 12, 31, 15, 59, tzinfo=dt.UTC), tick=False):
        numbers = [payment_certificate(company).number for _ in range(2)]
        numbers.append(letters.issue("acceptance-notice", company, CASE, actor=SYSTEM).number)
    # One minute later it is next year in Shanghai, though not yet in UTC.
    with time_machine.travel(dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC), tick=False):
        numbers.append(payment_certificate(company).number)
    assert numbers == [
        "沪税证〔2026〕000001号",
        "沪税证〔2026〕000002号",
        "沪税受〔2026〕000001号",
        "沪税证〔2027〕000001号",
    ]


def test_a_number_begins_with_the_word_of_the_organ_that_issues():
    police = factories.department("上海市公安局")
    Office.objects.filter(pk=police.pk).update(document_word="沪公")
    station = factories.department("外滩派出所")
    Office.objects.filter(pk=station.pk).update(parent=police)
    bank = factories.department("浦江银行上海分行", kind=Office.Kind.BANK)
    tax = factories.tax_office()
    company = factories.company()
    officers = [factories.staff(Office.objects.get(pk=office.pk)) for office in (police, station, bank, tax)]
    with time_machine.travel(dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC), tick=False):
        numbers = [letters.issue("acceptance-notice", company, CASE, actor=officer).number for officer in officers]
    assert numbers == [
        "沪公受〔2026〕000001号",
        "沪公受〔2026〕000002号",
        "浦江银行上海分行受〔2026〕000001号",
        "沪税受〔2026〕000001号",
    ]


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_once_have_no_gap_and_a_rolled_back_one_is_given_again():
    company = factories.company()

    class Refused(Exception):
        pass

    def refused() -> None:
        with transaction.atomic():
            payment_certificate(company)
            raise Refused

    def several() -> None:
        for _ in range(5):
            payment_certificate(company)
        connections.close_all()

    with pytest.raises(Refused):
        refused()
    writers = [threading.Thread(target=several) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    numbers = sorted(IssuedDocument.objects.values_list("number", flat=True))
    year = IssuedDocument.objects.first().issued_at.astimezone(dt.timezone(dt.timedelta(hours=8))).year
    assert numbers == [f"沪税证〔{year}〕{number:06d}号" for number in range(1, 21)]


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_write_one_file():
    certificate = payment_certificate(factories.company())
    names = []

    def read() -> None:
        names.append(writing.write(certificate.pk).file.name)
        connections.close_all()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(60)
    assert len(names) == 2
    assert len(set(names)) == 1


@pytest.mark.parametrize(
    ("kind", "context"),
    [
        ("decision-refusal", CASE),
        ("acceptance-notice", {**CASE, "surprise": 1}),
        ("tax-payment-certificate", {"rows": [{"amount": "1.00"}], "total": "2.00"}),
    ],
)
def test_a_context_the_letter_cannot_be_written_from_issues_nothing(kind, context):
    with pytest.raises(ValueError, match=kind):
        letters.issue(kind, factories.company(), context, actor=SYSTEM)
    assert not IssuedDocument.objects.exists()


def test_what_somebody_typed_is_text_in_a_letter_and_fetches_nothing():
    nasty = '<img src="file:///etc/hostname"><script>x</script> & <b>粗体</b>'
    said = text(letters.issue("supplement-notice", factories.company(), {**CASE, "reason": nasty}, actor=SYSTEM))
    assert "<script>x</script>&<b>粗体</b>" in said


def test_issuing_and_revoking_leave_evidence():
    office = factories.tax_office()
    clerk = factories.staff(office)
    certificate = payment_certificate(factories.company(office=office), actor=clerk)
    letters.revoke(certificate, actor=clerk, reason="error", note="金额填错")
    events = Event.objects.filter(stream=f"document/{certificate.ref}").order_by("seq")
    assert [(event.action, event.actor_id) for event in events] == [
        ("issue", clerk.user.pk),
        ("revoke", clerk.user.pk),
    ]


@pytest.mark.parametrize("outsider", ["owner", "other office"])
def test_only_the_issuing_office_revokes_and_the_attempt_is_on_record(outsider):
    office = factories.tax_office()
    owner = factories.citizen(office=office)
    certificate = payment_certificate(owner.party, actor=factories.staff(office))
    actor = owner if outsider == "owner" else factories.staff(factories.tax_office("浦东新区税务局"))
    with pytest.raises(PermissionDenied):
        letters.revoke(certificate, actor=actor, reason="error")
    certificate.refresh_from_db()
    assert certificate.revoked_at is None
    assert Event.objects.using("evidence").filter(action="revoke", target=f"document/{certificate.ref}").count() == 1


def test_bad_revocations_say_what_is_wrong_and_change_nothing():
    company = factories.company()
    certificate = payment_certificate(company)
    for data, field in (
        ({"reason": "mood"}, "reason"),
        ({"reason": ""}, "reason"),
        ({"reason": "error", "note": "长" * 201}, "note"),
        ({"reason": "replaced", "replaced_by": certificate}, "replaced_by"),
        ({"reason": "replaced", "replaced_by": payment_certificate(factories.company())}, "replaced_by"),
    ):
        with pytest.raises(ValidationError) as refused:
            letters.revoke(certificate, actor=SYSTEM, **data)
        assert field in refused.value.message_dict
    letters.revoke(certificate, actor=SYSTEM, reason="replaced", replaced_by=payment_certificate(company))
    with pytest.raises(ValidationError, match="已于此前作废"):
        letters.revoke(certificate, actor=SYSTEM, reason="error")


def test_the_database_knows_no_revocation_without_a_reason():
    certificate = payment_certificate(factories.company())
    with pytest.raises(IntegrityError, match="document_revoked_with_reason"), transaction.atomic():
        IssuedDocument.objects.filter(pk=certificate.pk).update(revoked_at=certificate.issued_at)


def test_codes_are_read_as_people_type_them():
    code = codes.new()
    assert len(code) == 20
    assert codes.normalised(f" {codes.grouped(code)} ") == code
    assert codes.normalised("OIL0-" * 5) == "0110" * 5
    assert codes.normalised("u" * 20) == ""
    assert codes.normalised("7K3M") == ""


def test_kinds_do_not_share_a_code_or_a_word_in_their_numbers():
    with pytest.raises(ValueError, match="collides"):
        kinds.register(kinds.LetterKind("new", "新", "x.html", "证", frozenset()))
