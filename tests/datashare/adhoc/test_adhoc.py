"""Sharing agreed case by case: consulted, delivered, destroyed with a certificate; data not yet listed (Art 18)."""

import datetime as dt
import io

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from apps.datashare.adhoc import proposing, reminding
from apps.datashare.adhoc.models import Consultation, DestructionNotice
from apps.kernel.casework import cases, rights
from apps.kernel.casework.models import Case, Clock
from apps.kernel.documents import checking, writing
from apps.kernel.documents.models import IssuedDocument, Upload
from apps.kernel.notifications.models import Message
from tests import factories_doors, factories_sharing

pytestmark = pytest.mark.django_db
NOW = factories_sharing.working_hour()
DESTROY_BY = dt.date(2026, 12, 20)
DONE = {"method": "erased", "no_copies": True}


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def clerk():
    factories_sharing.centre()
    return factories_sharing.asker()


@pytest.fixture
def police():
    return factories_sharing.provider("市公安局")


def terms(counterpart, **changed):
    return {
        "counterpart": counterpart.office,
        "subject": "某地址实际经营人",
        "fields": "姓名、证件号码",
        "manner": "file",
        "purpose": "核查欠税人下落",
        "basis": "《税收征收管理法》第五条",
        "destroy_by": DESTROY_BY,
        **changed,
    }


def proposed(clerk, police, **changed) -> Case:
    return proposing.propose(clerk, key="consult-0001", **terms(police, **changed))


def workbook(name: str = "名单.xlsx") -> SimpleUploadedFile:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["姓名", "王小明"])
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def delivered(clerk, police) -> Case:
    case = cases.perform(proposed(clerk, police), "agree", police)
    proposing.hand_over(case, police, workbook())
    return cases.perform(case, "deliver", police, reason="共一份")


def test_a_consultation_is_agreed_delivered_and_destroyed_with_a_certificate(
    clerk, police, django_capture_on_commit_callbacks
):
    case = proposed(clerk, police)
    assert (case.state, case.office) == ("proposed", police.office)
    assert Clock.objects.get(case=case).term == "data-consultation"
    case = cases.perform(case, "agree", police)
    proposing.hand_over(case, police, workbook())
    case = cases.perform(case, "deliver", police, reason="共一份")
    assert (case.state, case.office) == ("delivered", clerk.office)
    file = Upload.objects.get(about=case.about)
    stored = file.file.name
    with django_capture_on_commit_callbacks(execute=True):
        case = cases.perform(case, "destroy", clerk, **DONE)
    assert case.closed_at is not None
    file.refresh_from_db()
    assert (file.state, file.file.name, file.may_be_opened) == ("destroyed", "", False)
    assert not Upload._meta.get_field("file").storage.exists(stored)
    letter = IssuedDocument.objects.get(about=case.about)
    assert (letter.kind, letter.office, letter.party) == ("data-destruction", clerk.office, None)
    assert letter.party_name == str(police.office)
    with writing.open_file(letter, actor=police) as pdf:
        assert pdf.read(4) == b"%PDF"
    answer = checking.check(letter.code)
    assert (answer.state, answer.payer) == ("valid", str(police.office))


def test_terms_go_back_and_forth_until_both_agree(clerk, police):
    case = proposed(clerk, police)
    other = {"fields": "姓名", "manner": "answer", "destroy_by": dt.date(2026, 12, 1), "reason": "只答复姓名"}
    case = cases.perform(case, "counter", police, **other)
    assert (case.state, case.office, case.detail.fields) == ("countered", clerk.office, "姓名")
    case = cases.perform(case, "propose_again", clerk, **{**other, "fields": "姓名、电话"})
    assert (case.state, case.office) == ("proposed", police.office)
    case = cases.perform(case, "counter", police, **other)
    case = cases.perform(case, "accept_terms", clerk)
    assert (case.state, case.office) == ("agreed", police.office)
    with pytest.raises(ValidationError, match="请写明答复"):
        cases.perform(case, "deliver", police, reason=" ")
    assert cases.perform(case, "deliver", police, reason="经营人为王某").state == "delivered"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"destroy_by": dt.date(2026, 11, 25)}, "destroy_by"),
        ({"destroy_by": dt.date(2020, 1, 1)}, "destroy_by"),
        ({"subject": ""}, "subject"),
        ({"manner": "by-pigeon"}, "manner"),
    ],
)
def test_bad_terms_name_the_field_and_leave_nothing(clerk, police, changed, field):
    with pytest.raises(ValidationError) as refused:
        proposed(clerk, police, **changed)
    assert field in refused.value.message_dict
    assert not Case.objects.exists()


def test_nobody_consults_their_own_office(clerk):
    with pytest.raises(ValidationError, match="本单位以外"):
        proposed(clerk, clerk)


def test_a_file_is_handed_over_by_the_provider_after_agreement_only(clerk, police):
    case = proposed(clerk, police)
    for actor in (police, clerk):
        with pytest.raises(PermissionDenied):
            proposing.hand_over(case, actor, workbook())
    case = cases.perform(case, "agree", police)
    with pytest.raises(ValidationError, match="请先上传文件"):
        cases.perform(case, "deliver", police, reason="")
    assert [(row.action, "请先上传文件" in why) for row, why in rights.barred_actions(case, police)] == [
        ("deliver", True)
    ]
    with pytest.raises(PermissionDenied):
        proposing.hand_over(case, clerk, workbook())
    proposing.hand_over(case, police, workbook())
    assert Upload.objects.count() == 1


def test_terms_whose_day_has_passed_are_countered_not_agreed(clerk, police):
    case = proposed(clerk, police, destroy_by=dt.date(2026, 11, 26))
    assert "agree" in {row.action for row in rights.available_actions(case, police)}
    with time_machine.travel(dt.datetime(2026, 11, 26, 2, tzinfo=dt.UTC), tick=False):
        open_ = {row.action for row in rights.available_actions(case, police)}
        assert "agree" not in open_
        assert "counter" in open_


def test_a_destruction_needs_every_copy_gone(clerk, police):
    case = delivered(clerk, police)
    with pytest.raises(ValidationError, match="副本"):
        cases.perform(case, "destroy", clerk, method="erased", no_copies=False)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "destroy", police, **DONE)
    assert not IssuedDocument.objects.exists()
    assert Upload.objects.get().may_be_opened


def test_the_destruction_date_is_reminded_and_escalated_once_each(clerk, police):
    case = delivered(clerk, police)
    assert sum(reminding.sweep().values()) == 0
    with time_machine.travel(dt.datetime(2026, 12, 18, 2, tzinfo=dt.UTC)):
        assert reminding.sweep() == {"reminder": 1, "overdue": 0, "escalation": 0}
        assert sum(reminding.sweep().values()) == 0
    with time_machine.travel(dt.datetime(2026, 12, 21, 2, tzinfo=dt.UTC)):
        assert reminding.sweep() == {"reminder": 0, "overdue": 1, "escalation": 1}
        assert sum(reminding.sweep().values()) == 0
        assert Consultation.objects.get(case=case).overdue
    assert DestructionNotice.objects.count() == 3
    told = set(Message.objects.filter(template="data-destroy-overdue").values_list("office__kind", flat=True))
    assert {"data_centre", "tax_office", "department"} == told


def test_a_department_may_consult_a_tax_office(clerk, police):
    case = proposed(police, clerk)
    assert case.office == clerk.office
    assert cases.perform(case, "refuse", clerk, clause="第二十一条", reason="超出履职需要").state == "declined"


# --- data not in the catalogue yet --------------------------------------------------------


def listing(clerk, police) -> Case:
    asked = {
        "provider": police.office,
        "subject": "机动车登记",
        "fields": "号牌、所有人",
        "purpose": "车船税核对",
        "basis": "《车船税法》第十条",
    }
    return proposing.ask_listing(clerk, key="listing-0001", **asked)


def test_unlisted_data_is_confirmed_listed_and_shared_in_fifteen_working_days(clerk, police):
    centre = factories_sharing.centre()
    case = listing(clerk, police)
    assert (case.state, case.office) == ("routing", centre.office)
    clock = Clock.objects.get(case=case)
    assert (clock.term, clock.amount, clock.unit) == ("data-catalogue", 15, "working_day")
    case = cases.perform(case, "route", centre)
    case = cases.perform(case, "confirm", police)
    with pytest.raises(ValidationError, match="本单位编目"):
        cases.perform(case, "share", police, dataset=factories_sharing.dataset(factories_sharing.provider()))
    entry = factories_sharing.dataset(police)
    case = cases.perform(case, "share", police, dataset=entry)
    assert (case.state, case.detail.dataset) == ("shared", entry)
    clock.refresh_from_db()
    assert clock.stopped_at == NOW


def test_the_department_names_the_entry_it_listed_by_its_identifier(client, clerk, police):
    case = cases.perform(listing(clerk, police), "route", factories_sharing.centre())
    case = cases.perform(case, "confirm", police)
    own, foreign = factories_sharing.dataset(police), factories_sharing.dataset(factories_sharing.provider())
    page = factories_doors.sign_in(client, police.user)
    step = reverse("partner_cases:act", args=[case.number, "share"])
    assert foreign.code not in page.get(step).content.decode(), "the catalogue may be thousands long"
    for code, words in (("absent", "没有这个标识"), (foreign.code, "本单位编目")):
        refused = page.post(step, {"dataset": code})
        assert (refused.status_code, words in refused.content.decode()) == (422, True)
    assert page.post(step, {"dataset": own.code}).status_code == 302
    assert Case.objects.get(pk=case.pk).detail.dataset == own


def test_unlisted_data_is_not_asked_of_a_tax_office(clerk):
    with pytest.raises(ValidationError, match="依职责持有"):
        listing(clerk, factories_sharing.asker())
    assert not Case.objects.exists()


def test_pages_propose_and_exchange_files(client, clerk, police):
    factories_doors.sign_in(client, clerk.user)
    sent = {**terms(police), "counterpart": police.office.pk, "key": "page-1"}
    refused = client.post(reverse("adhoc:propose"), {**sent, "destroy_by": "2020-01-01"})
    assert refused.status_code == 422
    assert "销毁期限应晚于今天" in refused.content.decode()
    answer = client.post(reverse("adhoc:propose"), sent)
    case = Case.objects.get()
    assert answer.url == reverse("counter_cases:page", args=[case.number])
    assert "2026年12月20日" in client.get(answer.url).content.decode()
    cases.perform(case, "agree", police)
    factories_doors.sign_in(client, police.user)
    page = reverse("adhoc_partner:files", args=[case.number])
    assert client.post(page, {"file": SimpleUploadedFile("a.exe", b"MZ")}).status_code == 422
    assert client.post(page, {"file": workbook()}).status_code == 302
    assert "名单.xlsx" in client.get(page).content.decode()
    step = reverse("partner_cases:act", args=[case.number, "deliver"])
    assert client.post(step, {"reason": ""}).status_code == 302, "a file needs no word with it"
    assert Case.objects.get().state == "delivered"
    stranger = factories_doors.sign_in(client, factories_sharing.provider("市水务局").user)
    assert stranger.get(page).status_code == 404


def test_the_api_of_cases_opens_a_consultation_or_says_what_lacks(client, clerk, police):
    factories_doors.sign_in(client, clerk.user)
    detail = {**terms(police), "counterpart": police.office.code}
    asked = {"content_type": "application/json"}
    body = {"procedure": "data-consultation", "detail": detail}
    answer = client.post("/api/v1/cases/", body, **asked, headers={"Idempotency-Key": "api-consult-1"})
    assert answer.status_code == 201, answer.content
    for wrong in ({}, {**detail, "counterpart": "nobody"}, {**detail, "destroy_by": "soon"}):
        body = {"procedure": "data-consultation", "detail": wrong}
        refused = client.post("/api/v1/cases/", body, **asked, headers={"Idempotency-Key": "api-consult-2"})
        assert refused.status_code == 400
    assert Case.objects.count() == 1
