"""What is past its period goes by two people's word, leaves a tombstone, and nothing else goes with it (Arts 6, 18)."""

import datetime as dt
import hashlib
import json

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage, storages
from django.db import IntegrityError, transaction
from django.test import Client

from apps.kernel.audit.models import Event
from apps.kernel.casework import cases, keeping
from apps.kernel.casework.models import Case
from apps.kernel.documents import uploads
from apps.kernel.documents.models import Upload
from apps.kernel.notifications import outbox
from apps.kernel.notifications.models import Delivery, Dispatch
from apps.kernel.retention import destroying, kinds, tasks
from apps.kernel.retention.models import Entry, Register
from apps.services.procedures.deferral import DEFERRAL
from tests import factories
from tests.access.roles import Role
from tests.access.world import DETAIL, World
from tests.factories_documents import pdf, sent

pytestmark = pytest.mark.django_db
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
BEGIN = dt.datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
NOTICE = {"number": "SH1", "title": "延期", "clock": "作出决定", "due": "2026-10-26"}


def keeper(name: str, *permissions: str) -> factories.Actor:
    """A member of staff who may do these things with registers."""
    actor = factories.staff(factories.tax_office("档案室"), name=name)
    actor.user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return actor


@pytest.fixture
def at():
    """March 2026; a test lets time pass."""
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def proposer():
    return keeper("顾建华", "add_register", "view_register")


@pytest.fixture
def approver():
    return keeper("何审", "approve_register", "view_register", "view_entry")


@pytest.fixture
def payer():
    return factories.representative(factories.company(office=factories.tax_office()))


def carried_out(register: Register, approver) -> Register:
    destroying.approve(register, approver, "同意")
    tasks.carry_out(register.pk)
    register.refresh_from_db()
    return register


def draft(payer) -> Case:
    return cases.open_case(DEFERRAL, payer, DETAIL)


# --- what is listed ----------------------------------------------------------------------


def test_only_what_is_past_its_period_is_listed(at, proposer, payer):
    old = draft(payer)
    at.shift(dt.timedelta(days=100))
    draft(payer)
    submitted = cases.open_submitted(DEFERRAL, payer, DETAIL, idempotency_key="kept-0001")
    at.shift(dt.timedelta(days=82))
    register = destroying.propose(proposer, "draft", reason="年度清理")
    assert [entry.subject for entry in register.entries.all()] == [old.number]
    assert "个人信息保护法" in register.basis
    assert register.basis.endswith("[P]")
    assert Case.objects.filter(pk__in=[old.pk, submitted.pk]).count() == 2


@pytest.mark.parametrize(
    ("code", "day", "limit"),
    [
        ("draft", dt.date(2026, 9, 30), dt.date(2026, 4, 3)),  # 180 days
        ("closed-case", dt.date(2028, 2, 29), dt.date(2027, 2, 28)),  # a year, to the corresponding day
        ("dead-letter", dt.date(2026, 8, 31), dt.date(2026, 2, 28)),  # six months, to the last day there is
    ],
)
def test_a_period_is_counted_back_from_today(at, code, day, limit):
    at.move_to(dt.datetime.combine(day, dt.time(12), tzinfo=SHANGHAI))
    found = kinds.before(dt.datetime.combine(day, dt.time(12), tzinfo=SHANGHAI), kinds.get(code).period())
    assert found == dt.datetime.combine(limit, dt.time.min, tzinfo=SHANGHAI)


def test_where_nothing_is_past_its_period_there_is_no_register(at, proposer, payer):
    draft(payer)
    with pytest.raises(ValidationError, match="没有超过保管期限"):
        destroying.propose(proposer, "draft", reason="年度清理")
    assert not Register.objects.exists()


# --- two people --------------------------------------------------------------------------


def test_nothing_goes_before_another_person_has_approved(at, proposer, payer):
    case = draft(payer)
    at.shift(dt.timedelta(days=200))
    register = destroying.propose(proposer, "draft", reason="年度清理")
    proposer.user.user_permissions.add(Permission.objects.get(codename="approve_register"))
    again = factories.Actor(user=type(proposer.user).objects.get(pk=proposer.user.pk), office=proposer.office)
    with pytest.raises(PermissionDenied):
        destroying.approve(register, again)
    with pytest.raises(PermissionDenied):
        destroying.approve(register, keeper("陈静", "view_register"))
    with pytest.raises(Register.DoesNotExist):
        tasks.carry_out(register.pk)
    assert tasks.resume() == 0
    assert Case.objects.filter(pk=case.pk).exists()
    assert Event.objects.using("evidence").filter(stream__startswith="denied/").count() == 2


def test_the_database_holds_the_two_apart(at, proposer, payer):
    draft(payer)
    at.shift(dt.timedelta(days=200))
    register = destroying.propose(proposer, "draft", reason="年度清理")
    with pytest.raises(IntegrityError), transaction.atomic():
        Register.objects.filter(pk=register.pk).update(state="approved", decided_by=proposer.user)


def test_who_may_not_propose_lists_nothing(at, payer):
    draft(payer)
    at.shift(dt.timedelta(days=200))
    with pytest.raises(PermissionDenied):
        destroying.propose(keeper("陈静"), "draft", reason="年度清理")


def test_a_refused_register_destroys_nothing(at, proposer, approver, payer):
    case = draft(payer)
    at.shift(dt.timedelta(days=200))
    register = destroying.propose(proposer, "draft", reason="年度清理")
    with pytest.raises(ValidationError):
        destroying.refuse(register, approver, " ")
    destroying.refuse(register, approver, "有争议未决")
    with pytest.raises(ValidationError):
        destroying.approve(register, approver)
    assert tasks.resume() == 0
    assert Case.objects.filter(pk=case.pk).exists()


# --- what goes and what stays of it ------------------------------------------------------


def test_a_draft_goes_and_leaves_a_tombstone(at, proposer, approver, payer):
    case = draft(payer)
    digest = hashlib.sha256(keeping.content(case)).hexdigest()
    at.shift(dt.timedelta(days=200))
    register = carried_out(destroying.propose(proposer, "draft", reason="年度清理"), approver)
    assert not Case.objects.filter(pk=case.pk).exists()
    assert not DEFERRAL.detail.objects.filter(case_id=case.pk).exists()
    stone = Entry.objects.get(subject=case.number)
    assert (stone.digest, stone.since, stone.key) == (digest, BEGIN, "")
    assert stone.ended_at == register.done_at
    assert (register.proposed_by, register.decided_by) == (proposer.user, approver.user)
    told = Event.objects.get(stream=f"retention/{register.ref}", action="end")
    assert (told.target, told.data["sha256"], told.data["basis"]) == (case.number, digest, register.basis)
    assert [event.action for event in Event.objects.filter(stream=f"retention/{register.ref}").order_by("seq")] == [
        "retention.propose",
        "retention.approve",
        "end",
        "retention.done",
    ]


def test_what_came_back_to_life_or_changed_stays(at, proposer, approver, payer):
    submitted, typed_on, untouched = draft(payer), draft(payer), draft(payer)
    at.shift(dt.timedelta(days=200))
    register = destroying.propose(proposer, "draft", reason="年度清理")
    cases.perform(submitted, "submit", payer)
    cases.save_draft(typed_on, payer, {"explanation": "又补充了一句。"})
    carried_out(register, approver)
    assert set(Case.objects.values_list("number", flat=True)) == {submitted.number, typed_on.number}
    left = dict(Entry.objects.values_list("subject", "left_because"))
    assert left == {
        submitted.number: "已不再符合销毁条件。",
        typed_on.number: "列入清册后内容有变化。",
        untouched.number: "",
    }


def test_carried_out_twice_is_carried_out_once(at, proposer, approver, payer):
    draft(payer)
    at.shift(dt.timedelta(days=200))
    register = carried_out(destroying.propose(proposer, "draft", reason="年度清理"), approver)
    assert tasks.carry_out(register.pk) == 0
    assert Event.objects.filter(stream=f"retention/{register.ref}", action="end").count() == 1
    assert Event.objects.filter(stream=f"retention/{register.ref}", action="retention.done").count() == 1


def test_a_register_whose_task_was_lost_is_taken_up(at, proposer, approver, payer):
    case = draft(payer)
    at.shift(dt.timedelta(days=200))
    destroying.approve(destroying.propose(proposer, "draft", reason="年度清理"), approver)
    assert tasks.resume() == 1
    assert not Case.objects.filter(pk=case.pk).exists()


def test_a_closed_case_is_put_into_the_archive_whole_and_stays_to_be_read(
    at, proposer, approver, payer, settings, tmp_path
):
    settings.STORAGES = {
        **settings.STORAGES,
        "archive": {**settings.STORAGES["archive"], "OPTIONS": {"location": str(tmp_path)}},
    }
    case = cases.open_submitted(DEFERRAL, payer, DETAIL, idempotency_key="kept-0002")
    case = cases.perform(case, "withdraw", payer)
    at.shift(dt.timedelta(days=400))
    register = carried_out(destroying.propose(proposer, "closed-case", reason="年度归档"), approver)
    stone = register.entries.get()
    [name] = storages["archive"].listdir("2026")[1]
    package = storages["archive"].open(f"2026/{name}").read()
    assert hashlib.sha256(package).hexdigest() == stone.digest
    rows = json.loads(package)
    assert {"casework.case", "casework.step"} <= {row["model"] for row in rows}
    assert next(row for row in rows if row["model"] == "casework.case")["fields"]["number"] == case.number
    assert Case.objects.filter(pk=case.pk).exists()
    with pytest.raises(ValidationError):
        destroying.propose(proposer, "closed-case", reason="再次归档")


def test_a_file_left_in_quarantine_goes_with_its_bytes(
    at, proposer, approver, settings, django_capture_on_commit_callbacks
):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    upload = uploads.receive(sent("a.pdf", pdf()), actor=factories.citizen(), about="case/1")
    settings.CLAMD_URL = ""
    stored = upload.file.name
    scanned = uploads.receive(sent("b.pdf", pdf()), actor=factories.citizen(), about="case/1")
    at.shift(dt.timedelta(days=40))
    with django_capture_on_commit_callbacks(execute=True):
        register = carried_out(destroying.propose(proposer, "quarantine", reason="清理"), approver)
    assert [entry.subject for entry in register.entries.all()] == [f"upload/{upload.ref}"]
    upload.refresh_from_db()
    assert upload.state == Upload.State.DESTROYED
    assert not default_storage.exists(stored)
    scanned.refresh_from_db()
    assert scanned.state == Upload.State.UNSCANNED


def test_of_a_dead_letter_the_address_goes_and_of_a_dead_post_the_body(at, proposer, approver):
    outbox.send("case-overdue", factories.tax_office(), NOTICE)
    letter = Delivery.objects.first()
    Delivery.objects.filter(pk=letter.pk).update(state="dead", address="sentinel@example.cn", last_error="550 sentinel")
    post = Dispatch.objects.create(destination="onenet", stream="case/1", sequence=1, body="哨兵", state="dead")
    at.shift(dt.timedelta(days=200))
    for code in ("dead-letter", "dead-dispatch"):
        carried_out(destroying.propose(proposer, code, reason="清理"), approver)
    letter.refresh_from_db()
    post.refresh_from_db()
    assert (letter.state, letter.address, letter.last_error) == ("expired", "", "")
    assert (post.state, post.body, post.sequence) == ("expired", "", 1)
    assert "sentinel" not in str(list(Entry.objects.values()))
    with pytest.raises(ValidationError):
        destroying.propose(proposer, "dead-letter", reason="清理")


def test_sessions_that_ended_go_without_a_register(at):
    ended = Session.objects.create(session_key="a" * 32, session_data="", expire_date=BEGIN)
    live = Session.objects.create(session_key="b" * 32, session_data="", expire_date=BEGIN + dt.timedelta(days=40))
    at.shift(dt.timedelta(days=31, hours=1))
    assert tasks.clear_sessions() == 1
    assert list(Session.objects.filter(pk__in=[ended.pk, live.pk])) == [live]
    assert Event.objects.get(stream="retention/sessions").data == {"sessions": 1}


# --- in admin ----------------------------------------------------------------------------


def browser(actor) -> Client:
    actor.user.is_staff = True
    actor.user.save()
    return World({Role.ADMIN: actor.user}, {}).client(Role.ADMIN)


def test_one_lists_in_admin_and_another_approves(at, proposer, approver, payer, django_capture_on_commit_callbacks):
    case = draft(payer)
    at.shift(dt.timedelta(days=200))
    one, other = browser(proposer), browser(approver)
    assert "未提交的草稿" in one.get("/admin/retention/register/add/").content.decode()
    assert one.post("/admin/retention/register/add/", {"kind": "draft", "reason": "年度清理"}).status_code == 302
    register = Register.objects.get()
    page = other.get(f"/admin/retention/register/{register.pk}/change/").content.decode()
    assert case.number in page
    decision = {"action": "approve", "_selected_action": [register.pk]}
    listed = one.get("/admin/retention/register/?kind=draft").content.decode()
    assert "未提交的草稿</" in listed  # kinds are shown by their names
    assert register.ref in listed
    assert register.ref not in one.get("/admin/retention/register/?kind=other").content.decode()
    assert 'value="approve"' not in one.get("/admin/retention/register/").content.decode()
    with django_capture_on_commit_callbacks():
        assert other.post("/admin/retention/register/", decision).status_code == 302
    tasks.resume()
    register.refresh_from_db()
    assert (register.state, register.decided_by) == ("approved", approver.user)
    assert not Case.objects.filter(pk=case.pk).exists()
    assert case.number in other.get("/admin/retention/entry/").content.decode()


def test_in_admin_a_kind_with_nothing_past_its_period_is_told(at, proposer):
    page = browser(proposer).post("/admin/retention/register/add/", {"kind": "draft", "reason": "年度清理"})
    assert page.status_code == 200
    assert "没有超过保管期限" in page.content.decode()
