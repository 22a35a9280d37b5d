"""Taxpayers and officers write to each other: who sees it, by when it is answered, what stays."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.kernel.casework import cases, threads
from apps.kernel.casework.models import Thread
from apps.kernel.documents import access
from apps.kernel.notifications.models import Message
from apps.kernel.parties import todos
from apps.kernel.parties.models import Mandate, Role
from apps.kernel.workcalendar.days import SHANGHAI
from apps.services.procedures.deferral import DEFERRAL
from tests import factories

pytestmark = pytest.mark.django_db

FRIDAY = dt.datetime(2026, 10, 16, 9, 0, tzinfo=SHANGHAI)
SECRET = "我的账号是六二二二"


@pytest.fixture
def world():
    """A payer, its office with a clerk, a chief and an auditor, another office, a stranger."""
    with time_machine.travel(FRIDAY, tick=False) as traveller:

        class World:
            clock = traveller
            office = factories.tax_office()
            payer = factories.representative(factories.company(office=office))
            clerk = factories.staff(office, Role.CLERK)
            chief = factories.staff(office, Role.CHIEF, name="顾建华")
            auditor = factories.staff(office, Role.AUDITOR, name="何审")
            elsewhere = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), Role.CLERK, name="沈悦")
            stranger = factories.citizen("陌生人")

        yield World


def asked(world, **more) -> Thread:
    return threads.begin(world.payer, subject="九月申报", text=SECRET, **more)


def unread(thread: Thread, actor) -> bool:
    return Thread.objects.with_unread(actor).get(pk=thread.pk).unread


def test_a_question_goes_to_the_office_in_charge_and_is_due_in_two_working_days(world):
    thread = asked(world)
    assert thread.office == world.office
    assert thread.due_at.astimezone(SHANGHAI).date() == dt.date(2026, 10, 20)
    assert unread(thread, world.clerk)
    assert not unread(thread, world.payer)


def test_the_clock_runs_from_the_first_message_that_waits(world):
    thread = asked(world)
    world.clock.shift(dt.timedelta(days=1))
    threads.write(thread, world.payer, text="补充一句。")
    assert Thread.objects.get().due_at == thread.due_at
    threads.write(thread, world.clerk, text="十月二十六日到期。")
    answered = Thread.objects.get()
    assert (answered.awaiting_since, answered.due_at, answered.officer) == (None, None, world.clerk.user)
    world.clock.move_to(dt.datetime(2026, 10, 21, 9, tzinfo=SHANGHAI))
    threads.write(thread, world.payer, text="谢谢，还有一问。")
    assert Thread.objects.get().due_at.astimezone(SHANGHAI).date() == dt.date(2026, 10, 23)


def test_an_overdue_answer_is_seen(world):
    thread = asked(world)
    assert not thread.overdue
    world.clock.move_to(dt.datetime(2026, 10, 21, 0, 0, tzinfo=SHANGHAI))
    assert Thread.objects.get().overdue


def test_a_question_about_a_case_goes_to_who_handles_it(world):
    detail = {"levy_id": "vat", "period": "2026-09", "amount": "1.00", "months": 1, "ground": "no_funds"}
    case = cases.open_submitted(
        DEFERRAL, world.payer, {**detail, "explanation": "客户延迟付款。"}, idempotency_key="threads-1"
    )
    cases.perform(case, "accept", world.clerk)
    case.refresh_from_db()
    thread = asked(world, case=case)
    assert thread.officer == world.clerk.user
    assert Message.objects.filter(user=world.clerk.user, template="thread-asked").exists()


def test_answers_wait_on_the_home_page_until_they_are_read(world):
    thread = asked(world)
    threads.write(thread, world.clerk, text="十月二十六日到期。")
    assert unread(thread, world.payer)
    assert "九月申报" in " ".join(todo.title for todo in todos.for_actor(world.payer))
    assert [row.text for row in threads.read(thread, world.payer)] == [SECRET, "十月二十六日到期。"]
    assert not unread(thread, world.payer)
    assert "九月申报" not in " ".join(todo.title for todo in todos.for_actor(world.payer))


def test_notices_do_not_say_what_was_written(world):
    thread = asked(world)
    threads.write(thread, world.clerk, text="十月二十六日到期。")
    for message in Message.objects.all():
        assert SECRET not in message.body
        assert "十月二十六日" not in message.body + message.subject
    assert Message.objects.filter(party=world.payer.party, template="thread-answered").count() == 1


def test_files_are_open_to_both_sides_and_nobody_else(world):
    thread = asked(world, files=[SimpleUploadedFile("a.xml", b"<a/>")])
    paper = thread.messages.get().uploads.get()
    assert access.reader(paper, world.payer) is not None
    assert access.reader(paper, world.clerk) is not None
    assert access.reader(paper, world.elsewhere) is None
    assert access.reader(paper, world.stranger) is None


def test_a_file_that_must_not_come_in_leaves_nothing(world):
    with pytest.raises(ValidationError) as refusal:
        asked(world, files=[SimpleUploadedFile("a.exe", b"MZ\x90\x00")])
    assert "files" in refusal.value.message_dict
    assert not Thread.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"subject": " ", "text": "x"}, "subject"),
        ({"subject": "x", "text": " "}, "text"),
        ({"subject": "x", "text": "很" * 4001}, "text"),
    ],
)
def test_what_cannot_be_sent_is_told_by_field(world, given, field):
    with pytest.raises(ValidationError) as refusal:
        threads.begin(world.payer, **given)
    assert field in refusal.value.message_dict
    assert not Thread.objects.exists()


def test_only_the_two_sides_see_it(world):
    thread = asked(world)
    for actor in (world.payer, world.clerk, world.chief, world.auditor):
        assert list(Thread.objects.visible_to(actor)) == [thread]
    narrow = factories.representative(world.payer.party, Mandate.Kind.FINANCE, name="顾晓岚", matters=["vat-return"])
    for actor in (world.elsewhere, world.stranger, narrow):
        assert not Thread.objects.visible_to(actor).exists()
        with pytest.raises(PermissionDenied):
            threads.write(thread, actor, text="x")
        with pytest.raises(PermissionDenied):
            threads.close(thread, actor)
        with pytest.raises(PermissionDenied):
            threads.transcript(thread, actor)


def test_an_auditor_reads_and_does_not_write(world):
    thread = asked(world)
    with pytest.raises(PermissionDenied):
        threads.write(thread, world.auditor, text="x")


def test_it_is_assigned_within_the_office(world):
    thread = asked(world)
    assert threads.assign(thread, world.chief, world.clerk.user).officer == world.clerk.user
    with pytest.raises(ValidationError):
        threads.assign(thread, world.chief, world.elsewhere.user)
    for actor in (world.payer, world.elsewhere, world.auditor):
        with pytest.raises(PermissionDenied):
            threads.assign(thread, actor, world.clerk.user)


def test_a_closed_conversation_stays_and_takes_no_more(world):
    thread = asked(world)
    threads.close(thread, world.payer)
    with pytest.raises(ValidationError, match="已经结束"):
        threads.write(thread, world.clerk, text="x")
    assert [row.text for row in threads.read(thread, world.payer)] == [SECRET]
    assert Thread.objects.get().due_at is None


def test_the_record_is_a_numbered_letter(world):
    thread = asked(world)
    threads.write(thread, world.clerk, text="十月二十六日到期。")
    document = threads.transcript(thread, world.payer)
    assert [line["value"] for line in document.context["lines"]] == [SECRET, "十月二十六日到期。"]
    assert "2026-10-16 09:00" in document.context["lines"][0]["label"]
    assert access.reader(document, world.clerk) is not None
    assert access.reader(document, world.stranger) is None
