"""A suspected tax crime goes to the police, and comes back when it is not filed (Art 35)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.kernel.audit import reading
from apps.kernel.audit.models import Event
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.liability import overdue
from apps.supervision.liability.models import LiabilityOrder
from apps.supervision.referral import dashboard
from tests import factories, factories_collaboration, factories_referral
from tests.access.world import World

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)  # a Wednesday, 10:00 in Shanghai


@pytest.fixture
def world():
    with time_machine.travel(AT, tick=False):

        class There:
            tax = factories.tax_office()
            risk = factories.staff(tax, Role.RISK, name="罗宇航")
            second = factories.staff(tax, Role.CLERK)
            head = factories.staff(tax, Role.CHIEF, name="方志远")
            police = factories_referral.police()
            prosecutor = factories_referral.prosecutor()
            payer = factories.company(office=tax)
            owner = factories.representative(payer)

        yield There


@pytest.fixture
def case(world) -> Case:
    return factories_referral.reported(world.risk, world.second, world.police.office, world.payer)


@pytest.fixture
def examined(world, case) -> Case:
    return factories_referral.examined(case, world.risk, world.head, world.police)


def do(case: Case, action: str, actor, **data) -> Case:
    return cases.perform(case, action, actor, **data)


def due(case: Case, term: str) -> dt.datetime:
    return case.clocks.filter(term=term).latest("id").due_at.astimezone(SHANGHAI)


def test_the_whole_way_from_report_to_conclusion(world, examined):
    case = examined
    assert (case.state, case.office, case.handler) == ("examining", world.police.office, world.police.user)
    case = do(case, "file_case", world.police, police_number="立〔2026〕8号")
    assert (case.state, case.office) == ("filed", world.tax)
    paper = SimpleUploadedFile("a.xml", b"<a/>", "application/xml")
    case = do(case, "hand_over_evidence", world.risk, reason="账簿二十一册，已签收。", evidence=paper)
    assert (case.state, case.office) == ("investigating", world.police.office)
    do(case, "report_progress", world.police, reason="已控制两名嫌疑人。")
    case = do(case, "end_investigation", world.police, outcome="prosecution", reason="已移送审查起诉。")
    case = do(case, "conclude", world.second, administrative="税款和滞纳金已追缴，不再罚款。")
    assert (case.state, case.detail.outcome) == ("concluded", "prosecution")
    assert not case.clocks.filter(stopped_at__isnull=True).exists()
    assert Message.objects.filter(office=world.police.office, about=case.about).count() == 3


def test_clocks_follow_the_provisions_on_transfer(world, case):
    assert due(case, "referral-decide").date() == dt.date(2026, 11, 2)  # the third day is a Saturday
    case = do(case, "approve", world.head)
    assert due(case, "referral-transfer") == (AT + dt.timedelta(hours=24)).astimezone(SHANGHAI)
    case = do(case, "send", world.risk, transfer_number="移〔2026〕1号")
    assert due(case, "referral-police-decide").date() == dt.date(2026, 11, 2)  # the third day is a Saturday
    do(case, "sign_receipt", world.police, receipt="雷鸣")
    do(case, "decline_case", world.police, clause="第八条", reason="没有犯罪事实。")
    assert case.clocks.get(term="referral-police-decide").stopped_at == AT
    assert due(case, "referral-objection").date() == dt.date(2026, 11, 2)  # the third day is a Saturday


def test_police_without_jurisdiction_pass_the_file_on_and_the_three_days_begin_again(world, examined):
    other = factories_referral.police()
    for wrong in (world.police.office, world.prosecutor.office):
        with pytest.raises(ValidationError) as error:
            do(examined, "pass_on", world.police, police=wrong, reason="不属于本机关管辖。")
        assert "police" in error.value.message_dict
    with pytest.raises(PermissionDenied):
        do(examined, "pass_on", other, police=other.office, reason="自己拿走。")
    tomorrow = AT + dt.timedelta(days=1)
    with time_machine.travel(tomorrow, tick=False):
        case = do(examined, "pass_on", world.police, police=other.office, reason="嫌疑人在你区，由你局管辖。")
        assert (case.state, case.office, case.handler) == ("sent", other.office, None)
        assert (case.detail.police, case.detail.receipt) == (other.office, "")
        assert due(case, "referral-police-decide").date() == dt.date(2026, 11, 2)
        assert case.clocks.filter(term="referral-police-decide").count() == 2
        for office in (other.office, world.tax):
            assert Message.objects.filter(
                office=office, about=case.about, created_at=AT + dt.timedelta(days=1)
            ).exists()
        with pytest.raises(PermissionDenied):  # it is no longer theirs
            do(case, "sign_receipt", world.police, receipt="雷鸣")
        case = do(case, "sign_receipt", other, receipt="夏威，次日")
    assert do(case, "file_case", other, police_number="立〔2026〕9号").state == "filed"


def test_whose_the_file_is_is_known_within_a_day(world, case):
    do(case, "approve", world.head)
    do(case, "send", world.risk, transfer_number="移〔2026〕1号")
    tomorrow = (AT + dt.timedelta(hours=24)).astimezone(SHANGHAI)
    assert due(case, "referral-pass-on") == tomorrow
    do(case, "sign_receipt", world.police, receipt="雷鸣")
    running = case.clocks.filter(term="referral-pass-on", stopped_at__isnull=True)
    assert running.exists()  # a signature does not yet say that the file belongs there
    with pytest.raises(PermissionDenied):
        do(case, "claim", world.risk)
    factories_collaboration.general_office()
    with time_machine.travel(AT + dt.timedelta(hours=25), tick=False):
        assert overdue.order_overdue() == 1
        late = LiabilityOrder.objects.get(clock__term="referral-pass-on")
        assert (late.office, late.article) == (world.police.office, "第三十五条")
        do(case, "claim", world.police)
    assert not running.exists()
    with pytest.raises(ValidationError, match="管辖已经确认"):
        do(case, "claim", world.police)


def test_the_next_police_office_has_a_day_of_its_own(world, examined):
    other = factories_referral.police()
    with time_machine.travel(AT + dt.timedelta(hours=20), tick=False):
        case = do(examined, "pass_on", world.police, police=other.office, reason="由你局管辖。")
        assert due(case, "referral-pass-on") == (AT + dt.timedelta(hours=44)).astimezone(SHANGHAI)
        assert case.clocks.filter(term="referral-pass-on", stopped_at__isnull=True).count() == 1


def test_what_is_missing_and_what_was_ordered_have_their_clocks_too(world, examined):
    case = do(examined, "ask_supplement", world.police, reason="请补充银行流水。")
    assert due(case, "referral-supplement").date() == dt.date(2026, 11, 2)  # the third day is a Saturday
    case = do(case, "supply", world.second, reason="银行流水三份。")
    assert case.clocks.get(term="referral-supplement").stopped_at == AT
    case = do(case, "decline_case", world.police, clause="第八条", reason="证据不足。")
    case = do(case, "ask_supervision", world.risk, procuratorate=world.prosecutor.office, reason="应当立案。")
    case = do(case, "order_filing", world.prosecutor, reason="通知立案。")
    assert due(case, "referral-ordered").date() == dt.date(2026, 11, 12)
    case = do(case, "file_case", world.police, police_number="立〔2026〕9号")
    assert case.clocks.get(term="referral-ordered").stopped_at == AT


def test_the_head_is_neither_of_the_two_officers_and_the_two_differ(world, case):
    with pytest.raises(ValidationError, match="没有负责人可以决定"):  # nobody would be left to decide
        factories_referral.reported(world.head, world.second, world.police.office, world.payer)
    other = factories.staff(world.tax, Role.CHIEF, name="另一位负责人")
    own = factories_referral.reported(world.head, world.second, world.police.office, world.payer)
    for action, data in (("approve", {}), ("refuse", {"clause": "第三条", "reason": "不构成犯罪。"})):
        with pytest.raises(PermissionDenied):
            do(own, action, world.head, **data)
        with pytest.raises(PermissionDenied):
            do(case, action, world.risk, **data)
    assert do(own, "approve", other).state == "approved"
    with pytest.raises(ValidationError):
        factories_referral.reported(world.risk, world.risk, world.police.office, world.payer)
    detail = case.detail
    detail.second_officer = detail.first_officer
    with pytest.raises(IntegrityError), transaction.atomic():
        detail.save()


def test_a_head_who_does_not_approve_says_why(world, case):
    case = do(case, "refuse", world.head, clause="移送规定第三条", reason="未达到追诉标准。")
    assert case.closed_at is not None
    assert case.steps.get(action="refuse").clause == "移送规定第三条"
    assert not Case.objects.visible_to(world.police).filter(pk=case.pk).exists()


def test_the_police_may_ask_for_more_and_their_term_waits(world, examined):
    case = do(examined, "ask_supplement", world.police, reason="请补充银行流水。")
    assert case.office == world.tax
    with time_machine.travel(AT + dt.timedelta(days=2), tick=False):
        case = do(case, "supply", world.second, reason="银行流水三份。")
    assert (case.state, case.office) == ("examining", world.police.office)
    assert due(case, "referral-police-decide").date() == dt.date(2026, 11, 2)


def test_an_objection_goes_to_the_police_then_to_the_procuratorate_which_orders(world, examined):
    case = do(examined, "decline_case", world.police, clause="第八条", reason="证据不足。")
    case = do(case, "ask_reconsideration", world.risk, reason="有三名员工证言。")
    assert (case.state, case.office) == ("reconsidering", world.police.office)
    assert due(case, "referral-reconsider").date() == dt.date(2026, 11, 2)  # the third day is a Saturday
    case = do(case, "uphold_refusal", world.police, reason="仍然不足。")
    with pytest.raises(ValidationError):
        do(case, "ask_supervision", world.risk, procuratorate=world.police.office, reason="不是检察院。")
    case = do(case, "ask_supervision", world.risk, procuratorate=world.prosecutor.office, reason="应当立案。")
    assert case.office == world.prosecutor.office
    with pytest.raises(PermissionDenied):
        do(case, "order_filing", world.police, reason="不能自己监督自己。")
    case = do(case, "order_filing", world.prosecutor, reason="通知立案。")
    assert (case.state, case.office) == ("filing_ordered", world.police.office)
    assert do(case, "file_case", world.police, police_number="立〔2026〕9号").state == "filed"


def test_the_procuratorate_may_uphold_and_the_tax_office_deals_with_it_alone(world, examined):
    case = do(examined, "decline_case", world.police, clause="第八条", reason="没有犯罪事实。")
    case = do(case, "ask_supervision", world.risk, procuratorate=world.prosecutor.office, reason="请监督。")
    case = do(case, "uphold", world.prosecutor, reason="理由成立。")
    assert (case.state, case.office) == ("administrative", world.tax)
    with pytest.raises(ValidationError):
        do(case, "conclude", world.risk, administrative=" ")
    other = factories_referral.reported(world.risk, world.second, world.police.office, world.payer)
    other = factories_referral.examined(other, world.risk, world.head, world.police)
    do(other, "decline_case", world.police, clause="第八条", reason="显著轻微。")
    assert do(other, "accept_refusal", world.risk, reason="没有异议。").state == "administrative"


def test_the_payer_sees_and_hears_nothing(world, examined, client):
    World._sign_in(client, world.police.user)
    page = client.get(reverse("partner_cases:page", args=[examined.number]))
    assert world.payer.name in page.content.decode()
    assert not Case.objects.visible_to(world.owner).exists()
    assert not examined.steps.filter(public=True).exists()
    assert not Message.objects.filter(party=world.payer).exists()
    assert not reading.reads_of(world.payer).exists()
    assert Event.objects.filter(stream=examined.about, action="read").count() == 1


def test_only_the_offices_concerned_see_it_and_only_the_right_ones_act(world, case):
    strangers = (
        factories_referral.police(),
        factories.staff(factories.tax_office("浦东新区第五税务所"), Role.RISK, name="沈悦"),
        world.prosecutor,
        world.owner,
    )
    for who in strangers:
        assert not Case.objects.visible_to(who).exists()
        with pytest.raises(PermissionDenied):
            do(case, "approve", who)
    with pytest.raises(PermissionDenied):
        factories_referral.reported(world.police, world.second, world.police.office, world.payer)
    auditor = factories.staff(world.tax, Role.AUDITOR, name="何审")
    with pytest.raises(PermissionDenied):
        factories_referral.reported(auditor, world.second, world.police.office, world.payer)


def test_bad_input_names_its_field(world):
    stranger = factories.staff(factories.tax_office("别的税务所"), Role.CLERK, name="外人")
    for changed, name in (
        ({"payer_code": factories.credit_code()}, "payer_code"),
        ({"amount": "-1"}, "amount"),
        ({"offence": "theft"}, "offence"),
        ({"police": world.tax.code}, "police"),
        ({"second_officer": stranger.user.username}, "second_officer"),
    ):
        with pytest.raises(ValidationError) as refusal:
            factories_referral.reported(world.risk, world.second, world.police.office, world.payer, **changed)
        fields = refusal.value.message_dict
        assert name in fields


def test_pages_report_once_and_show_what_was_kept(world, client):
    World._sign_in(client, world.risk.user)
    given = {
        "payer_code": world.payer.organisation.uscc,
        "offence": "evasion",
        "facts": "第二套账。",
        "amount": "100.00",
        "evidence_list": "账簿。",
        "police": world.police.office.code,
        "first_officer": world.risk.user.username,
        "second_officer": world.second.user.username,
        "key": "page-0001",
    }
    for _each in range(2):
        assert client.post(reverse("referral_counter:new"), given).status_code == 302
    case = Case.objects.get(procedure="criminal-referral")
    assert client.post(reverse("referral_counter:new"), {}).status_code == 422
    page = client.get(reverse("referral_counter:list")).content.decode()
    assert case.number in page
    assert "待负责人决定" in page
    with time_machine.travel(AT + dt.timedelta(days=7), tick=False):
        do(case, "approve", world.head)
        kept = {row.label: row for row in dashboard.clocks(world.risk)}
        assert (kept["负责人决定"].missed, kept["移送公安机关"].running) == (1, 1)


def test_a_case_is_reported_by_the_api_as_well(world, client):
    World._sign_in(client, world.second.user)
    detail = {
        "payer_code": world.payer.organisation.uscc,
        "offence": "arrears",
        "facts": "转移财产。",
        "amount": "98400.00",
        "evidence_list": "催缴文书。",
        "police": world.police.office.code,
        "first_officer": world.risk.user.username,
        "second_officer": world.second.user.username,
    }
    answer = client.post(
        "/api/v1/cases/",
        {"procedure": "criminal-referral", "detail": detail, "submit": True},
        content_type="application/json",
        headers={"Idempotency-Key": "api-referral-1"},
    )
    assert answer.status_code == 201, answer.content
    assert Case.objects.get(procedure="criminal-referral").state == "submitted"
