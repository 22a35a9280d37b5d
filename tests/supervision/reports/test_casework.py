"""A report on its way: receipt, clocks, transfer without identity, reward; and who may not."""

from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.kernel.casework import cases, rights
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from apps.supervision.reports import files, handling, receipts, reporting, rewards
from apps.supervision.reports.models import Report
from tests import factories, factories_reports
from tests.factories_reports import CONTENT, IDENTITY

pytestmark = pytest.mark.django_db
PAYEE = {"name": "哨兵甲乙", "id_number": IDENTITY["id_number"], "bank": "某银行", "account": "6222000000000000"}


@pytest.fixture
def desk():
    return factories_reports.desk()


def handled(report, desk, collected="2000000.00"):
    cases.perform(report.case, "classify", desk.officer, category="investigate")
    cases.perform(report.case, "conclude", desk.officer, collected=Decimal(collected))
    return Report.objects.select_related("case").get(pk=report.pk)


def test_the_reporter_and_the_office_talk_by_receipt(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    report, receipt = factories_reports.reported()
    handling.answer(report, desk.officer, desk.opened, "从哪个月开始？")
    reporter = reporting.come_back(receipts.grouped(receipt).lower())
    reporting.write(reporter, "三月。")
    kept = reporting.attach(reporter, factories_reports.photo())
    said = handling.read(report, desk.officer, desk.opened)
    assert said["content"] == CONTENT
    assert [(each.from_reporter, each.text) for each in said["messages"]] == [
        (False, "从哪个月开始？"),
        (True, "三月。"),
    ]
    assert [each.name for each in said["files"]] == ["哨兵照片.jpg"]
    assert b"SENTINEL-CAMERA" not in files.content(kept, reporter.key)
    assert b"SENTINEL-CAMERA" in files.content(kept, reporter.key, "original")


def test_a_second_submission_with_the_same_receipt_changes_nothing(desk):
    _report, receipt = factories_reports.reported()
    reporting.submit(receipt, CONTENT, None)
    assert Report.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "0" * 21, "哨兵", "A" * 60, "\0"])
def test_what_is_no_receipt_opens_nothing(desk, typed):
    factories_reports.reported()
    assert reporting.come_back(typed) is None


def test_a_closed_report_answers_like_none(desk):
    report, receipt = factories_reports.reported()
    handled(report, desk)
    assert reporting.come_back(receipt)
    with time_machine.travel(clock.now() + (rewards.claim_ends(clock.now()) - clock.now()) * 1.1):
        assert reporting.come_back(receipt) is None


def test_classification_and_handling_have_their_clocks(desk):
    report, _receipt = factories_reports.reported()
    (classify,) = report.case.clocks.all()
    assert (classify.term, classify.amount, classify.unit) == ("report-classify", 15, "working_day")
    cases.perform(report.case, "classify", desk.officer, category="verify")
    (handle,) = report.case.clocks.filter(stopped_at__isnull=True)
    assert (handle.term, handle.amount, handle.unit) == ("report-handle", 3, "month")


def test_out_of_scope_goes_to_the_department_without_the_identity(desk):
    report, _receipt = factories_reports.reported(named=True)
    market = factories.department("市市场监管局")
    receiver, theirs = factories_reports.holder(market, Role.OFFICER, "贺文婷")
    handling.transfer(report, desk.officer, desk.opened, office=market, reason="不属于本机关职责范围")
    with pytest.raises(PermissionDenied):  # offered, not yet received
        handling.read(report, receiver, theirs)
    cases.perform(report.case, "receive", receiver)
    report = Report.objects.select_related("case").get(pk=report.pk)
    assert handling.read(report, receiver, theirs)["content"] == CONTENT
    assert not report.wraps.filter(purpose="identity", box=theirs.box).exists()
    with pytest.raises(PermissionDenied):
        handling.identity(report, receiver, theirs)
    with pytest.raises(PermissionDenied):  # the office that gave it away cannot open it any more
        handling.read(report, desk.officer, desk.opened)


def test_a_report_is_not_offered_to_an_office_that_could_not_read_it(desk):
    report, _receipt = factories_reports.reported()
    market = factories.department("市市场监管局")
    with pytest.raises(ValidationError):
        handling.transfer(report, desk.officer, desk.opened, office=market, reason="不属于本机关职责范围")
    with pytest.raises(ValidationError):
        cases.perform(report.case, "transfer", desk.officer, office=market, reason="不属于本机关职责范围")


@pytest.mark.parametrize("action", ["classify", "hold", "dismiss"])
@pytest.mark.parametrize("role", [Role.CLERK, Role.CUSTODIAN, Role.CHIEF, Role.AUDITOR])
def test_only_the_reports_group_handles(desk, action, role):
    report, _receipt = factories_reports.reported()
    if action == "dismiss":
        cases.perform(report.case, "classify", desk.officer, category="verify")
    with pytest.raises(PermissionDenied):
        cases.perform(report.case, action, factories.staff(desk.office, role), category="verify")


@pytest.mark.parametrize(
    ("collected", "most"),
    [
        ("0.01", 5000),
        ("999999.99", 5000),
        ("1000000", 10000),
        ("5000000", 20000),
        ("10000000", 40000),
        ("50000000", 60000),
        ("99999999.99", 60000),
        ("100000000", 100000),
    ],
)
def test_the_ceiling_follows_what_was_collected(collected, most):
    assert rewards.ceiling(Decimal(collected), clock.today()) == most


def test_a_reward_is_claimed_by_receipt_and_the_handling_officer_never_learns_who(desk):
    report, receipt = factories_reports.reported(named=True)
    report = handled(report, desk)
    reward = reporting.claim(reporting.come_back(receipt), PAYEE)
    assert not report.wraps.filter(purpose="claim", box=desk.opened.box).exists()
    assert not rewards.of_custodian(desk.officer).exists()
    assert rewards.payee(reward, desk.custodian, desk.custodians) == PAYEE
    with pytest.raises(PermissionDenied):
        rewards.grant(reward, desk.officer, Decimal(5000))
    with pytest.raises(ValidationError):
        rewards.grant(reward, desk.custodian, Decimal("10000.01"))
    assert rewards.grant(reward, desk.custodian, Decimal(8000)).amount == Decimal(8000)
    with pytest.raises(ValidationError):
        reporting.claim(reporting.come_back(receipt), PAYEE)


def test_an_anonymous_report_earns_no_reward(desk):
    report, receipt = factories_reports.reported()
    handled(report, desk)
    with pytest.raises(ValidationError, match="匿名"):
        reporting.claim(reporting.come_back(receipt), PAYEE)


def test_a_dangerous_file_is_refused_and_nothing_is_kept(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    _report, receipt = factories_reports.reported()
    reporter = reporting.come_back(receipt)
    with pytest.raises(ValidationError):
        reporting.attach(reporter, SimpleUploadedFile("a.pdf", b"MZ not a document"))
    assert not reporter.report.files.exists()
    assert not list(tmp_path.iterdir())


def test_a_report_leaves_from_its_own_page_only_and_its_buttons_go_when_used(desk):
    report, _receipt = factories_reports.reported()
    assert "transfer" not in {row.action for row in rights.available_actions(report.case, desk.officer)}
    assert handling.may_transfer(report, desk.officer)
    market = factories.department("市市场监管局")
    factories_reports.holder(market, Role.OFFICER, "贺文婷")
    handling.transfer(report, desk.officer, desk.opened, office=market, reason="不属于本机关职责范围")
    report = Report.objects.select_related("case").get(pk=report.pk)
    assert not handling.may_transfer(report, desk.officer)
