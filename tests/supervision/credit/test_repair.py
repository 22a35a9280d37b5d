"""Repair and re-evaluation: at once where the data show the mending, else by the office in its clock."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.casework import cases
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.facts import reading
from apps.kernel.notifications.models import Message
from apps.kernel.workcalendar import clock
from apps.supervision.credit import certificate, mending, reevaluation, repair, standing
from apps.supervision.credit.arithmetic import Rules
from apps.supervision.credit.models import CreditChange, CreditYear, Deduction, MeasureTask
from tests import factories, factories_credit

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 9, 15)


def _late(world, *, mended_after=None):
    row = factories_credit.deducted(world.party, "late-filing", counted_from=DUE, period="2026-09")
    if mended_after is not None:
        mending.mended(world.party, "late-filing", "2026-09", DUE + dt.timedelta(days=mended_after), about="test")
        row.refresh_from_db()
    return row


@pytest.mark.parametrize(
    ("days", "points"),
    [
        pytest.param(3, "5.00", id="third day: all five"),
        pytest.param(4, "4.00", id="fourth day: four"),
        pytest.param(27, "4.00", id="today: four"),
    ],
)
def test_what_the_data_show_mended_is_restored_at_once_with_its_reasons(world, days, points):
    row = _late(world, mended_after=days)
    case = repair.apply(row, world.owner, key="repair-0001")
    row.refresh_from_db()
    assert (case.state, row.restored, row.repaired_on) == ("approved", Decimal(points), clock.today())
    assert [each["passed"] for each in case.detail.trace] == [True, True, True]
    assert f"第 {days} 天纠正" in case.detail.trace[-1]["facts"]
    assert repair.apply(row, world.owner, key="repair-0001").pk == case.pk  # the same click again
    with pytest.raises(ValidationError, match="已经修复"):
        repair.apply(row, world.owner, key="repair-0002")


def test_every_line_of_the_score_is_explained_and_adds_up(world):
    row = _late(world, mended_after=4)
    factories_credit.deducted(world.party, "false-commitment", dt.date(2026, 5, 20))
    repair.apply(row, world.owner, key="repair-0001")
    rules = Rules.on_day(clock.today())
    rows = standing.counted(world.party)
    score = standing.of_year(world.party, 2026, rules, rows)
    lines = standing.lines(world.party, 2026, score, rows, rules)
    assert sum(line.points for line in lines) == score.total == 88
    assert [line.points for line in lines] == [100, -11, -5, 4]
    assert "第 4 天" in lines[-1].formula
    assert all(line.source for line in lines)
    months = dict(standing.by_month(world.party, 2026, rules, rows))
    assert months[dt.date(2026, 4, 30)] == 100
    assert months[dt.date(2026, 5, 31)] == 89
    assert months[dt.date(2026, 8, 31)] == 92  # three clean months
    assert months[clock.today()] == 88


def test_what_the_data_do_not_show_is_decided_by_the_office_within_fifteen_working_days(world):
    row = factories_credit.deducted(world.party, "undisclosed-account", counted_from=DUE)
    with pytest.raises(ValidationError) as refusal:
        repair.apply(row, world.owner, key="repair-0001")
    assert "explanation" in refusal.value.message_dict
    case = repair.apply(row, world.owner, explanation="九月二十日已报告全部账户。", key="repair-0002")
    assert (case.state, case.office) == ("submitted", world.office)
    running = case.clocks.get()
    assert running.due_at.date() == dt.date(2026, 11, 2)
    cases.perform(case, "accept", world.clerk)
    with pytest.raises(ValidationError, match="失信行为发生之后"):
        cases.perform(case, "approve", world.chief, mended_on=dt.date(2026, 9, 1), reason="x")
    cases.perform(case, "approve", world.chief, mended_on=dt.date(2026, 9, 20), reason="账户已核对。")
    row.refresh_from_db()
    assert row.restored == Decimal("8.80")


def test_whoever_handled_it_does_not_decide_it(world):
    row = factories_credit.deducted(world.party, "undisclosed-account", counted_from=DUE)
    case = repair.apply(row, world.owner, explanation="已报告。", key="repair-0001")
    both = factories.staff(world.office, "clerk", "chief", name="一人两岗")
    cases.perform(case, "accept", both)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "approve", both, mended_on=dt.date(2026, 9, 20), reason="x")


def test_a_foreign_deduction_looks_like_none(world):
    row = _late(world, mended_after=3)
    with pytest.raises(ValidationError) as foreign:
        repair.apply(row, world.stranger, key="repair-0001")
    row.ref = "NOSUCHREF"
    with pytest.raises(ValidationError) as absent:
        repair.apply(row, world.stranger, key="repair-0002")
    assert foreign.value.message_dict == absent.value.message_dict


def test_a_direct_d_waits_its_months_and_says_until_when(world):
    row = factories_credit.deducted(world.party, "false-materials", dt.date(2026, 2, 3))
    assert row.waits_months == 6
    Deduction.objects.filter(pk=row.pk).update(mended_on=dt.date(2026, 4, 13))
    row.refresh_from_db()
    with pytest.raises(ValidationError, match="2026-10-13"):
        repair.apply(row, world.owner, explanation="税款已补缴。", key="repair-0001")
    world.on(2026, 10, 13)
    case = repair.apply(row, world.owner, explanation="税款已补缴。", key="repair-0002")
    cases.perform(case, "accept", world.clerk)
    cases.perform(case, "approve", world.chief, mended_on=dt.date(2026, 4, 13), reason="已缴清。")
    assert standing.of_year(world.party, 2026, Rules.on_day(clock.today())).level == "A"


def test_a_new_breach_while_a_direct_d_waits_begins_the_waiting_anew(world):
    row = factories_credit.deducted(world.party, "abnormal", dt.date(2026, 2, 3))
    Deduction.objects.filter(pk=row.pk).update(mended_on=dt.date(2026, 3, 1))
    row.refresh_from_db()
    factories_credit.deducted(world.party, "late-filing", dt.date(2026, 8, 16))
    with pytest.raises(ValidationError, match="2026-11-16"):
        repair.apply(row, world.owner, explanation="已解除。", key="repair-0001")


def test_an_upheld_dispute_strikes_the_deduction_and_it_does_not_come_back(world):
    row = _late(world)
    case = reevaluation.ask(world.owner, deduction=row, grounds="当日系统故障，有截图。", key="dispute-0001")
    with pytest.raises(ValidationError, match="正在办理"):
        reevaluation.ask(world.owner, deduction=row, grounds="再说一次。", key="dispute-0002")
    assert case.clocks.get().due_at.date() == dt.date(2026, 11, 2)
    cases.perform(case, "accept", world.clerk)
    cases.perform(case, "approve", world.chief, reason="故障属实。")
    row.refresh_from_db()
    assert row.state == Deduction.State.STRUCK
    assert standing.of_year(world.party, 2026, Rules.on_day(clock.today())).total == 100
    again = factories_credit.finding(world.party, period="2026-09")
    assert factories_credit.deductions.record([again], actor=factories_credit.SYSTEM) == []


def test_a_refused_dispute_names_its_clause_and_changes_nothing(world):
    row = _late(world)
    case = reevaluation.ask(world.owner, deduction=row, grounds="不知道要申报。", key="dispute-0001")
    cases.perform(case, "refuse", world.chief, clause="《税收征收管理法》第二十五条", reason="申报期限已公告。")
    row.refresh_from_db()
    assert row.struck_at is None
    assert IssuedDocument.objects.filter(party=world.party, kind="decision-refusal").exists()


def test_a_published_level_follows_a_repair_with_facts_measures_and_certificate(world):
    row = factories_credit.deducted(world.party, "false-materials", dt.date(2025, 9, 3))
    measure, _officer = factories_credit.measure("D")
    privilege, _officer = factories_credit.measure("A")
    factories_credit.evaluated(2025)
    assert CreditYear.objects.get(party=world.party).level == "D"
    assert reading.profile(world.party)["credit_rating"] == "D"
    assert MeasureTask.objects.get(party=world.party).measure == measure
    paper = certificate.issue(world.owner)
    assert certificate.issue(world.owner).pk == paper.pk
    Deduction.objects.filter(pk=row.pk).update(mended_on=dt.date(2026, 1, 5))
    row.refresh_from_db()
    case = repair.apply(row, world.owner, explanation="税款已补缴。", key="repair-0001")
    cases.perform(case, "accept", world.clerk)
    cases.perform(case, "approve", world.chief, mended_on=dt.date(2026, 1, 5), reason="已缴清。")
    change = CreditChange.objects.get(party=world.party)
    assert (change.level_before, change.level, change.about) == ("D", "A", case.about)
    assert reading.profile(world.party)["credit_rating"] == "A"
    assert Message.objects.filter(party=world.party, template="credit-changed").count() == 1
    assert dict(MeasureTask.objects.filter(party=world.party).values_list("measure", "state")) == {
        measure.pk: "lifted",
        privilege.pk: "open",
    }
    paper.refresh_from_db()
    assert paper.revoked_at is not None
    assert certificate.issue(world.owner).context["level"] == "A"


def test_a_direct_d_found_after_publication_takes_effect_with_its_notice(world):
    factories_credit.measure("D")
    factories_credit.evaluated(2025)
    assert not MeasureTask.objects.exists()
    found = factories_credit.finding(world.party, "false-invoices", dt.date(2025, 12, 1))
    factories_credit.deductions.record([found], actor=factories_credit.SYSTEM)
    assert CreditYear.objects.get(party=world.party).level == "A"
    factories_credit.deductions.tell()
    assert CreditYear.objects.get(party=world.party).level == "D"
    assert MeasureTask.objects.filter(party=world.party, state="open").count() == 1
    order = list(Message.objects.filter(party=world.party).order_by("pk").values_list("template", flat=True))
    assert order == ["credit-result", "credit-deduction", "credit-changed"]


def test_no_certificate_before_anything_is_published(world):
    with pytest.raises(ValidationError, match="还没有已发布"):
        certificate.issue(world.owner)
