"""A report put aside goes past its term, by two people, with its keys and files and without a trace (Art 36)."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage

from apps.kernel.audit.models import Event
from apps.kernel.casework import cases
from apps.kernel.retention import destroying, tasks
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.reports import custody, receipts, recovery, reporting
from apps.supervision.reports.models import KeyWrap, Report, ReportFile, ReportMessage
from apps.supervision.reports.recovery_models import RecoverySeal
from tests import factories, factories_reports

pytestmark = pytest.mark.django_db
RECEIVED = dt.datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
PAST = dt.datetime(2028, 3, 3, 9, 0, tzinfo=SHANGHAI)
KIND = "held-report"


def keeper(name: str, permission: str):
    actor = factories.staff(factories.tax_office("档案室"), name=name)
    actor.user.user_permissions.set(Permission.objects.filter(codename=permission))
    return actor


@pytest.fixture
def at():
    with time_machine.travel(RECEIVED, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(at):
    return factories_reports.desk()


@pytest.fixture
def proposer():
    return keeper("顾建华", "add_register")


@pytest.fixture
def approver():
    return keeper("何审", "approve_register")


def put_aside(desk, *, named: bool = False) -> tuple[Report, str]:
    report, receipt = factories_reports.reported(named=named)
    cases.perform(report.case, "hold", desk.officer)
    return report, receipt


def destroyed(proposer, approver) -> int:
    register = destroying.propose(proposer, KIND, reason="两年没有补充。")
    destroying.approve(register, approver, "同意")
    tasks.carry_out(register.pk)
    return register.entries.exclude(ended_at=None).count()


def test_nothing_goes_before_its_term_nor_what_is_worked_on(at, desk, proposer):
    put_aside(desk)
    worked_on, _receipt = factories_reports.reported()
    cases.perform(worked_on.case, "classify", desk.officer, category="verify")
    factories_reports.reported()  # waits to be classified
    at.move_to(PAST - dt.timedelta(days=2))
    with pytest.raises(ValidationError):
        destroying.propose(proposer, KIND, reason="清理")
    at.move_to(PAST)
    assert destroying.propose(proposer, KIND, reason="清理").entries.count() == 1


@pytest.mark.parametrize("how", ["write", "attach"])
def test_what_the_reporter_adds_begins_the_term_anew(at, desk, proposer, settings, tmp_path, how):
    settings.MEDIA_ROOT = tmp_path
    _report, receipt = put_aside(desk)
    at.move_to(dt.datetime(2027, 5, 1, 9, 0, tzinfo=SHANGHAI))
    more = {"write": "又看到一次。", "attach": factories_reports.photo()}[how]
    getattr(reporting, how)(reporting.come_back(receipt), more)
    at.move_to(PAST)
    with pytest.raises(ValidationError):
        destroying.propose(proposer, KIND, reason="清理")
    at.move_to(dt.datetime(2029, 5, 3, 9, 0, tzinfo=SHANGHAI))
    (entry,) = destroying.propose(proposer, KIND, reason="清理").entries.all()
    assert entry.since == dt.datetime(2027, 5, 1, tzinfo=SHANGHAI)


def test_material_files_and_keys_go_and_that_there_was_a_report_stays(
    at, desk, proposer, approver, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    recovery.make(desk.custodian, desk.custodians, threshold=2, number=3)
    report, receipt = put_aside(desk, named=True)
    reporting.write(reporting.come_back(receipt), "还有一本账。")
    kept = reporting.attach(reporting.come_back(receipt), factories_reports.photo())
    custody.ask(report, desk.officer, "需要当面核对手写账本的来源。")
    names = [kept.cleaned.name, kept.original.name]
    at.move_to(PAST)
    with django_capture_on_commit_callbacks(execute=True):
        assert destroyed(proposer, approver) == 1
    after = Report.objects.select_related("case").get(pk=report.pk)
    assert after.case.state == "destroyed"
    assert after.case.closed_at is not None
    assert [bytes(after.content), bytes(after.reporter_wrap), after.identity] == [b"", b"", None]
    assert not any(model.objects.exists() for model in (ReportMessage, ReportFile, KeyWrap, RecoverySeal))
    assert not any(default_storage.exists(name) for name in names)
    assert reporting.come_back(receipt) is None  # as for a receipt that never was
    assert after.locator != receipts.locator(receipt)
    assert after.identity_requests.count() == 1  # who wanted to know stays on record
    assert Event.objects.filter(stream__startswith="retention/", action="end", target=after.case.number).exists()


def test_one_that_was_taken_up_after_it_was_listed_stays(at, desk, proposer, approver):
    report, receipt = put_aside(desk)
    at.move_to(PAST)
    register = destroying.propose(proposer, KIND, reason="清理")
    cases.perform(report.case, "classify", desk.officer, category="verify")
    destroying.approve(register, approver, "同意")
    tasks.carry_out(register.pk)
    (entry,) = register.entries.all()
    assert (entry.ended_at, bool(entry.left_because)) == (None, True)
    assert reporting.come_back(receipt)


def test_nobody_destroys_alone(at, desk, proposer, approver):
    report, _receipt = put_aside(desk)
    with pytest.raises(PermissionDenied):
        cases.perform(report.case, "destroy", desk.officer)
    at.move_to(PAST)
    register = destroying.propose(proposer, KIND, reason="清理")
    proposer.user.user_permissions.add(Permission.objects.get(codename="approve_register"))
    with pytest.raises(PermissionDenied):
        destroying.approve(register, proposer, "同意")
    with pytest.raises(PermissionDenied):
        destroying.propose(desk.officer, KIND, reason="清理")
