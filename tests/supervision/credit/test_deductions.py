"""Deductions: one writer, told before they count, how and by when to mend them; entered by two people."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.audit.models import Event
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.casework.signals import return_lodged, return_overdue
from apps.kernel.ledger import charges
from apps.kernel.notifications.models import ChannelCode, Message
from apps.kernel.parties import todos
from apps.kernel.workcalendar import clock
from apps.supervision.credit import deductions, mending, proposals, standing
from apps.supervision.credit.arithmetic import Rules
from apps.supervision.credit.models import Deduction, Proposal
from apps.supervision.credit.repair import REPAIR
from tests import factories, factories_credit
from tests.factories_ledger import paid

pytestmark = pytest.mark.django_db


def _score(party, year=2026):
    return standing.of_year(party, year, Rules.on_day(clock.today())).total


def test_the_same_finding_costs_once_however_often_it_is_found(world):
    found = factories_credit.finding(world.party, period="2026-09")
    assert len(deductions.record([found, found], actor=factories_credit.SYSTEM)) == 1
    assert deductions.record([found], actor=factories_credit.SYSTEM) == []
    assert deductions.tell() == 1
    assert deductions.tell() == 0
    assert Message.objects.filter(party=world.party, template="credit-deduction").count() == 1


def test_a_deduction_costs_nothing_before_the_payer_was_told(world):
    deductions.record([factories_credit.finding(world.party)], actor=factories_credit.SYSTEM)
    assert _score(world.party) == 100
    deductions.tell()
    assert _score(world.party) == 95


def test_the_notice_says_how_and_by_which_day_to_mend_it(world):
    due = dt.date(2026, 9, 15)
    row = factories_credit.deducted(world.party, happened_on=dt.date(2026, 9, 16), counted_from=due)
    message = Message.objects.get(about=row.stream)
    assert "补办申报" in message.body
    assert "2026年9月18日以前纠正：恢复 100%，即 5 分" in message.body
    assert "2026年10月15日以前纠正：恢复 80%，即 4 分" in message.body
    assert "2026年12月14日以前纠正：恢复 60%，即 3 分" in message.body
    assert "以后纠正：恢复 40%，即 2 分" in message.body
    assert "公告2025年第12号" in message.body
    assert message.deliveries.filter(channel=ChannelCode.INBOX).exists()


def test_the_to_do_names_the_last_day_of_the_present_share(world):
    factories_credit.deducted(world.party, counted_from=dt.date(2026, 9, 15))
    todo = next(each for each in todos.for_actor(world.owner) if each.kind == "credit")
    assert todo.due == dt.date(2026, 10, 15)
    assert "80%" in todo.note
    assert not [each for each in todos.for_actor(world.stranger) if each.kind == "credit"]


def test_what_fell_due_and_was_not_paid_is_found_once_a_month(world):
    for levy in ("vat", "stamp"):
        charges.assess(
            party=world.party,
            levy=levy,
            period="2026-08",
            amount=Decimal("900.00"),
            due=dt.date(2026, 9, 15),
            about="test",
            actor=factories_credit.SYSTEM,
        )
    person = factories.citizen("李四", office=world.office)
    charges.assess(
        party=person.party,
        levy="vat",
        period="2026-08",
        amount=Decimal("900.00"),
        due=dt.date(2026, 9, 15),
        about="test",
        actor=factories_credit.SYSTEM,
    )
    assert mending.sweep() == 1
    assert mending.sweep() == 0
    row = Deduction.objects.get()
    assert (row.code, row.period, row.counted_from, row.tax) == (
        "late-payment",
        "2026-09",
        dt.date(2026, 9, 15),
        Decimal("1800.00"),
    )


def test_nothing_is_found_on_the_due_day_itself(world):
    charges.assess(
        party=world.party,
        levy="vat",
        period="2026-09",
        amount=Decimal("900.00"),
        due=clock.today(),
        about="test",
        actor=factories_credit.SYSTEM,
    )
    assert mending.sweep() == 0


def test_paying_mends_and_says_what_repair_restores(world):
    charge = charges.assess(
        party=world.party,
        levy="vat",
        period="2026-08",
        amount=Decimal("9000.00"),
        due=dt.date(2026, 10, 9),
        about="test",
        actor=factories_credit.SYSTEM,
    )
    mending.sweep()
    payment = paid(charge, actor=world.owner)
    for _twice in range(2):
        mending.on_charge_paid(None, charge=charge, payment=payment)
    row = Deduction.objects.get()
    assert (row.mended_on, row.state) == (clock.today(), Deduction.State.MENDED)
    body = Message.objects.get(template="credit-mended").body
    assert "3 天" in body
    assert "5 分" in body


def test_paying_in_time_is_no_conduct_at_all(world):
    charge = charges.assess(
        party=world.party,
        levy="vat",
        period="2026-09",
        amount=Decimal("9000.00"),
        due=clock.today(),
        about="test",
        actor=factories_credit.SYSTEM,
    )
    mending.on_charge_paid(None, charge=charge, payment=paid(charge, actor=world.owner))
    assert not Deduction.objects.exists()


def test_a_late_return_costs_the_month_and_is_mended_by_itself(world):
    case = cases.open_case(
        REPAIR, world.owner, {"deduction": factories_credit.deducted(world.party, "late-statements")}
    )
    due = dt.date(2026, 10, 9)
    return_overdue.send(Case, case=case, due=due)
    return_overdue.send(Case, case=case, due=due)
    row = Deduction.objects.get(code="late-filing")
    assert (row.period, row.mended_on) == ("2026-10", None)
    return_lodged.send(Case, case=case, due=due, on=clock.today())
    row.refresh_from_db()
    assert row.mended_on == clock.today()
    assert Deduction.objects.filter(code="late-filing").count() == 1


def test_a_return_on_the_last_day_is_in_time(world):
    case = cases.open_case(
        REPAIR, world.owner, {"deduction": factories_credit.deducted(world.party, "late-statements")}
    )
    return_lodged.send(Case, case=case, due=clock.today(), on=clock.today())
    assert not Deduction.objects.filter(code="late-filing").exists()


ENTRY = {
    "code": "false-commitment",
    "period": "沪税责〔2026〕7号",
    "happened_on": dt.date(2026, 9, 1),
    "tax": None,
    "evidence": "告知承诺的材料到期未补。",
}


def test_what_an_officer_enters_counts_after_a_second_person_and_the_notice(world, django_capture_on_commit_callbacks):
    row = proposals.propose(world.party, world.clerk, dict(ENTRY))
    assert not Deduction.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        proposals.decide(row, world.chief, accepted=True)
    made = Deduction.objects.get()
    assert (made.points, made.entered_by, made.confirmed_by) == (11, world.clerk.user, world.chief.user)
    assert made.told_at is not None
    assert made.counted_from == clock.today()  # days nobody could know of are not counted


def test_whoever_entered_it_cannot_decide_it_and_the_attempt_is_on_record(world):
    both = factories.staff(world.office, "clerk", "chief", name="一人两岗")
    row = proposals.propose(world.party, both, dict(ENTRY))
    with pytest.raises(PermissionDenied):
        proposals.decide(row, both, accepted=True)
    assert Event.objects.using("evidence").filter(action="credit.decide", target=row.ref).exists()
    assert not Deduction.objects.exists()


@pytest.mark.parametrize("who", ["other_clerk", "chief", "owner"])
def test_nobody_else_enters_a_deduction(world, who):
    with pytest.raises(PermissionDenied):
        proposals.propose(world.party, getattr(world, who), dict(ENTRY))


@pytest.mark.parametrize("who", ["clerk", "other_clerk", "owner"])
def test_nobody_else_decides_one(world, who):
    row = proposals.propose(world.party, world.clerk, dict(ENTRY))
    with pytest.raises(PermissionDenied):
        proposals.decide(row, getattr(world, who), accepted=True)


def test_turning_one_down_needs_a_reason_and_frees_the_number(world):
    row = proposals.propose(world.party, world.clerk, dict(ENTRY))
    with pytest.raises(ValidationError, match="已经录入"):
        proposals.propose(world.party, world.clerk, dict(ENTRY))
    with pytest.raises(ValidationError) as refusal:
        proposals.decide(row, world.chief, accepted=False)
    assert "opinion" in refusal.value.message_dict
    proposals.decide(row, world.chief, accepted=False, opinion="证据不足。")
    proposals.propose(world.party, world.clerk, dict(ENTRY))
    assert Proposal.objects.filter(accepted__isnull=True).count() == 1


def test_what_the_data_find_is_not_entered_by_hand(world):
    with pytest.raises(ValidationError) as refusal:
        proposals.propose(world.party, world.clerk, {**ENTRY, "code": "late-payment"})
    assert "code" in refusal.value.message_dict
