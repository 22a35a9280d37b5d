"""Papers by registered mail: registered, arrived, checked; the postmark counts and the office's time waits."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.casework import cases
from apps.kernel.casework.models import ClockPause
from apps.kernel.notifications.models import Message
from apps.kernel.parties import todos
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar.days import SHANGHAI
from apps.services.channels import mail
from apps.services.channels.models import Mailing
from apps.services.procedures.deferral import DEFERRAL
from tests import factories

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 10, 12, 9, 0, tzinfo=SHANGHAI)
DETAIL = {
    "levy_id": "vat",
    "period": "2026-09",
    "amount": "100.00",
    "months": 1,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}
ITEM = {"carrier": "ems", "tracking": "EA123456785CN", "posted_on": dt.date(2026, 10, 12)}
ARRIVED = {"received_on": dt.date(2026, 10, 15), "postmark": dt.date(2026, 10, 13), "complete": True}


@pytest.fixture
def world():
    """A payer with a submitted case, the clerk who handles it, a clerk elsewhere."""
    with time_machine.travel(MONDAY, tick=False) as traveller:

        class World:
            clock = traveller
            office = factories.tax_office()
            payer = factories.representative(factories.company(office=office))
            clerk = factories.staff(office, Role.CLERK)
            elsewhere = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), Role.CLERK, name="沈悦")
            stranger = factories.citizen("陌生人")

        World.case = cases.open_submitted(DEFERRAL, World.payer, DETAIL, idempotency_key="mail-0001")
        yield World


def sent(world, **more) -> Mailing:
    return mail.register(world.case, world.payer, **{**ITEM, **more})


def arrived(world, row, **more) -> Mailing:
    world.clock.move_to(dt.datetime(2026, 10, 15, 9, tzinfo=SHANGHAI))
    return mail.arrive(row, world.clerk, **{**ARRIVED, **more})


def due(world) -> dt.date:
    return world.case.clocks.get(term="deferral-decide").due_at.astimezone(SHANGHAI).date()


@given(
    serial=st.text("0123456789", min_size=8, max_size=8), place=st.integers(0, 7), other=st.sampled_from("0123456789")
)
def test_a_wrong_digit_in_an_international_number_is_noticed(serial, place, other):
    number = f"EA{serial}{mail.check_digit(serial)}CN"
    assert mail.tracking_number(f" {number.lower()} ") == number
    wrong = number[: place + 2] + other + number[place + 3 :]
    if wrong != number and mail.check_digit(wrong[2:10]) != int(wrong[10]):
        with pytest.raises(ValidationError):
            mail.tracking_number(wrong)


@pytest.mark.parametrize("number", ["", "EA123456784CN", "123", "1" * 14, "EA12345678５CN!"])
def test_what_is_no_number_is_told(world, number):
    with pytest.raises(ValidationError) as refusal:
        sent(world, tracking=number)
    assert "tracking" in refusal.value.message_dict
    assert not Mailing.objects.exists()


def test_the_offices_time_stands_still_until_the_papers_are_there(world):
    row = sent(world)
    arrived(world, row)
    assert due(world) == dt.date(2026, 11, 4)  # three of the twenty days were spent in the post
    assert "EA123456785CN" in world.case.clocks.get(term="deferral-decide").pauses.get().reason


def test_complete_papers_answer_a_supplement_notice_by_mail(world):
    cases.perform(world.case, "ask_supplement", world.clerk, reason="请补充银行对账单。")
    world.case.refresh_from_db()
    arrived(world, sent(world))
    world.case.refresh_from_db()
    assert world.case.state == "handling"
    step = world.case.steps.last()
    assert (step.action, step.channel, step.user) == ("supply", "mail", world.payer.user)
    assert "邮戳日期 2026-10-13" in step.reason


def test_missing_papers_leave_the_case_waiting_and_the_applicant_knows(world):
    cases.perform(world.case, "ask_supplement", world.clerk, reason="请补充银行对账单。")
    world.case.refresh_from_db()
    row = arrived(world, sent(world), complete=False, note="缺九月对账单。")
    world.case.refresh_from_db()
    assert (world.case.state, row.tone) == ("supplement", "due")
    assert "缺九月对账单" in Message.objects.get(template="mailing-arrived").body
    assert "缺九月对账单。" in [todo.note for todo in todos.for_actor(world.payer)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"postmark": dt.date(2026, 10, 16)}, "postmark"),
        ({"received_on": dt.date(2026, 10, 16)}, "received_on"),
        ({"complete": False}, "note"),
    ],
)
def test_an_arrival_that_cannot_be_is_told_by_field(world, change, field):
    row = sent(world)
    with pytest.raises(ValidationError) as refusal:
        arrived(world, row, **change)
    assert field in refusal.value.message_dict
    assert Mailing.objects.get().received_on is None


@pytest.mark.parametrize("day", [dt.date(2026, 10, 13), dt.date(2025, 10, 12)])
def test_a_day_of_posting_that_cannot_be_is_told(world, day):
    with pytest.raises(ValidationError) as refusal:
        sent(world, posted_on=day)
    assert "posted_on" in refusal.value.message_dict


def test_an_item_is_registered_once_and_arrives_once(world):
    row = sent(world)
    with pytest.raises(ValidationError, match="已经登记过") as refusal:
        sent(world)
    assert "tracking" in refusal.value.error_dict
    arrived(world, row)
    with pytest.raises(ValidationError, match="已经登记收到"):
        arrived(world, row)


def test_what_the_post_brought_is_told_in_the_language_of_each_reader(world):
    with translation.override("en"):  # of the sender, then of the clerk
        row = sent(world)
        arrived(world, row)
    assert ClockPause.objects.get().reason == f"等待邮寄的材料 {row.tracking}"
    assert "已收到，材料齐全" in Message.objects.get(template="mailing-arrived").body


def test_only_the_sender_registers_and_only_the_office_records(world):
    for actor in (world.stranger, world.clerk):
        with pytest.raises(PermissionDenied):
            mail.register(world.case, actor, **ITEM)
    row = sent(world)
    auditor = factories.staff(world.office, Role.AUDITOR, name="何审")
    for actor in (world.payer, world.elsewhere, auditor):
        with pytest.raises(PermissionDenied):
            mail.arrive(row, actor, **ARRIVED)
    assert not Mailing.objects.visible_to(world.stranger).exists()
    assert not Mailing.objects.visible_to(world.elsewhere).exists()


def test_drafts_and_closed_cases_take_no_post(world):
    draft = cases.open_case(DEFERRAL, world.payer, DETAIL)
    cases.perform(world.case, "withdraw", world.payer, reason="不需要了。")
    for case in (draft, world.case):
        with pytest.raises(ValidationError):
            mail.register(case, world.payer, **ITEM)
