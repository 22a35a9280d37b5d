"""A doubt becomes a reminder with figures; the payer answers; only people go further (Art 32)."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.facts.models import Dispute
from apps.kernel.ledger.models import Charge
from apps.kernel.notifications.models import Message
from apps.kernel.rules.models import Parameter
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.risk import assigning, lapsing, outcomes
from apps.supervision.risk.models import Level, RiskOutcome, RiskScore, RiskTask
from tests.factories_risk import DOUBTED_ONCE, DOUBTFUL, SOUND, know, scanned

pytestmark = pytest.mark.django_db


def reminded(world) -> Case:
    know(world.company, DOUBTFUL)
    scanned()
    return Case.objects.get(applicant=world.company)


def unresolved(world) -> Case:
    """A reminder nobody answered, escalated by an officer."""
    case = reminded(world)
    world.clock.move_to(dt.datetime(2026, 12, 7, 10, 0, tzinfo=SHANGHAI))
    lapsing.lapse()
    return cases.perform(case, "escalate", world.analyst, reason="期满未回复。")


def following(case: Case, procedure: str) -> Case:
    return Case.objects.get(applicant=case.applicant, procedure=procedure)


def test_the_payer_gets_a_reminder_with_every_figure_its_source_and_date_within_ten_working_days(world):
    case = reminded(world)
    assert (case.procedure, case.state, case.office) == ("risk-reminder", "open", world.bureau)
    clock = case.clocks.get()
    assert (clock.term, clock.whose) == ("risk-reminder", "applicant")
    assert clock.due_at.astimezone(SHANGHAI).date() == dt.date(2026, 12, 4)
    found = {row["code"]: row for row in case.detail.trace}
    assert {"R12", "R13", "R22", "R26"} <= set(found)
    figures = {figure["field"]: figure for figure in found["R13"]["figures"]}
    assert figures["invoice_net"]["value"] == "100000000"
    assert (figures["return_net"]["source"], figures["return_net"]["as_of"]) == ("纳税申报", "2026-11-20")
    assert list(Message.objects.filter(party=world.company).values_list("template", flat=True)) == ["risk-reminder"]
    assert IssuedDocument.objects.filter(about=case.about, kind="risk-reminder").count() == 1


def test_what_is_not_known_is_not_assessable_and_never_counted_as_zero(world):
    know(world.company, {**DOUBTED_ONCE, "return_net": None})
    scanned()
    assert not RiskScore.objects.filter(party=world.company).exists()
    know(world.company, DOUBTED_ONCE)
    run = scanned()
    row = RiskScore.objects.get(run=run, party=world.company)
    assert row.hits == [13]
    assert {1, 2, 3} & set(row.unclear) == set()  # small-scale payers are not concerned
    assert 14 in row.unclear  # nothing is known of the books


def test_whatever_the_score_everyone_is_reminded_first(world):
    case = reminded(world)
    assert RiskTask.objects.get(case=case).level in {Level.ASSESSMENT, Level.AUDIT}
    assert Case.objects.exclude(procedure="risk-reminder").count() == 0


def test_a_sound_payer_gets_nothing(world):
    know(world.company, SOUND)
    scanned()
    assert not Case.objects.exists()


def test_the_payer_explains_and_the_officer_clears_the_doubt(world):
    case = cases.perform(reminded(world), "explain", world.payer, reason="当月红冲一笔大额合同。")
    assert (case.state, case.detail.answer) == ("answered", "explained")
    cases.perform(case, "clear", world.clerk, reason="合同和红字发票已核对。")
    verdicts = set(RiskOutcome.objects.filter(case=case).values_list("verdict", flat=True))
    assert verdicts == {"cleared"}
    scanned()  # the same doubt is not raised again at once
    assert Case.objects.filter(applicant=world.company).count() == 1


def test_the_payer_names_the_corrected_return_but_only_one_of_their_own(world):
    case = reminded(world)
    with pytest.raises(ValidationError) as error:
        cases.perform(case, "correct", world.payer, number="SH2026999999", reason="补报。")
    assert "number" in error.value.message_dict
    case = cases.perform(case, "correct", world.payer, number="", reason="到窗口补报收入。")
    cases.perform(case, "accept_correction", world.analyst, confirmed=[13], reason="已核对更正申报。")
    verdicts = dict(RiskOutcome.objects.filter(case=case).values_list("indicator", "verdict"))
    assert verdicts[13] == "corrected"
    assert {verdict for number, verdict in verdicts.items() if number != 13} == {"cleared"}


def test_the_payer_disputes_a_figure_of_the_reminder_and_no_other(world):
    case = reminded(world)
    with pytest.raises(ValidationError):
        cases.perform(case, "dispute", world.payer, field="kwh_12m", claimed="1", reason="抄表有误。")
    case = cases.perform(case, "dispute", world.payer, field="si_headcount", claimed="40", reason="社保系统少计。")
    dispute = Dispute.objects.get(party=world.company)
    assert (dispute.field, dispute.stated, dispute.claimed) == ("si_headcount", "20", "40")
    assert case.detail.disputed == ["si_headcount"]


def test_silence_only_brings_the_reminder_before_an_officer_and_the_payer_may_still_answer(world):
    case = reminded(world)
    world.clock.move_to(dt.datetime(2026, 12, 4, 17, 0, tzinfo=SHANGHAI))
    assert lapsing.lapse() == 0
    world.clock.move_to(dt.datetime(2026, 12, 7, 10, 0, tzinfo=SHANGHAI))
    assert (lapsing.lapse(), lapsing.lapse()) == (1, 0)
    case.refresh_from_db()
    assert (case.state, Case.objects.count()) == ("lapsed", 1)
    assert cases.perform(case, "explain", world.payer, reason="刚看到。").state == "answered"


def test_an_assessment_or_audit_begins_only_when_the_chief_starts_it(world):
    reminder = unresolved(world)
    proposed = Case.objects.get(applicant=world.company, state="proposed")
    assert proposed.detail.origin_id == reminder.pk
    assert not proposed.clocks.exists()
    with pytest.raises(PermissionDenied):
        cases.perform(proposed, "start", world.analyst, reason="我来。")
    started = cases.perform(proposed, "start", world.chief, reason="差额较大。")
    days = {"risk-assessment": 30, "risk-audit": 60}[started.procedure]
    due = started.clocks.get().due_at.astimezone(SHANGHAI).date()
    assert (due - dt.date(2026, 12, 7)).days >= days
    assert IssuedDocument.objects.filter(about=started.about, kind="risk-started").exists()


def test_nobody_is_assessed_who_had_no_chance_to_correct(world):
    know(world.company, DOUBTFUL)
    run = scanned()
    other = world.another("上海梧桐里餐饮管理有限公司", DOUBTFUL)
    case = assigning.propose(Level.ASSESSMENT, other, run)
    with pytest.raises(ValidationError, match="自查的机会"):
        cases.perform(case, "start", world.chief, reason="直接评估。")


def test_an_assessment_that_proves_true_proposes_an_audit_and_its_outcome_counts(world):
    reminder = unresolved(world)
    assessment = Case.objects.filter(applicant=world.company, procedure="risk-assessment").first()
    if assessment is None:  # the score called for an audit at once: assess it first all the same
        assessment = assigning.open_with(
            Level.ASSESSMENT,
            world.company,
            {name: getattr(reminder.detail, name) for name in ("run", "score", "level", "trace")},
        )
    cases.perform(assessment, "start", world.chief, reason="差额较大。")
    asked = cases.perform(assessment, "ask", world.analyst, reason="请说明差额。")
    assert asked.state == "waiting"
    cases.perform(assessment, "explain", world.payer, reason="未开票收入漏报。")
    cases.perform(assessment, "confirm", world.analyst, confirmed=[13], reason="认定少报收入。")
    assert following(reminder, "risk-audit").state == "proposed"
    rate = next(each for each in outcomes.rates(world.analyst) if each.indicator.number == 13)
    assert (rate.confirmed, rate.cleared, rate.share) == (1, 0, 100)
    assert outcomes.rates(world.stranger)[12].decided == 0


def test_a_second_run_proposes_harsher_answers_only_to_those_who_had_their_chance(world):
    unresolved(world)
    proposed = Case.objects.get(applicant=world.company, state="proposed")
    cases.perform(proposed, "drop", world.chief, reason="先观察。")
    RiskOutcome.objects.all().delete()  # as if no verdict kept it quiet
    other = world.another("上海梧桐里餐饮管理有限公司", DOUBTFUL)
    scanned()
    latest = Case.objects.filter(applicant=world.company).latest("pk")
    assert latest.pk != proposed.pk
    assert (latest.procedure != "risk-reminder", latest.state) == (True, "proposed")
    assert Case.objects.get(applicant=other).procedure == "risk-reminder"


def test_nothing_penal_happens_by_itself(world):
    """From scan to lapse, whatever the score: no charge, no letter but the reminder, no step beyond asking."""
    case = reminded(world)
    world.clock.move_to(dt.datetime(2027, 3, 1, 10, 0, tzinfo=SHANGHAI))
    lapsing.lapse()
    scanned()
    assert not Charge.objects.exists()
    assert set(IssuedDocument.objects.values_list("kind", flat=True)) == {"risk-reminder"}
    assert set(Case.objects.values_list("procedure", "state")) == {("risk-reminder", "lapsed")}
    by_portal = {
        (procedure.code, row.action)
        for procedure in procedures.all()
        if procedure.code.startswith("risk-") or procedure.code in {"dishonesty-listing", "invoice-quota-review"}
        for row in procedure.transitions
        if "system" in row.by
    }
    assert {action for _code, action in by_portal} == {"submit", "lapse", "leave"}
    assert case.steps.exclude(action__in=["submit", "lapse"]).count() == 0


def test_offices_get_what_their_people_can_carry_the_highest_scores_first_and_the_rest_waits(world):
    Parameter.objects.filter(code="risk.tasks.reminders-per-officer").update(value="1")
    know(world.company, DOUBTED_ONCE)
    worse = world.another("上海梧桐里餐饮管理有限公司", DOUBTFUL)
    bad = world.another("上海花序信息科技有限公司", {**DOUBTED_ONCE, "pit_wage_headcount": 40, "si_headcount": 20})
    run = scanned()
    assert set(Case.objects.values_list("applicant", flat=True)) == {worse.pk, bad.pk}  # two people, one each
    assert list(RiskTask.objects.filter(case__isnull=True).values_list("party", flat=True)) == [world.company.pk]
    assert (run.queued, run.opened) == (3, 2)
    cases.perform(Case.objects.get(applicant=bad), "explain", world.another_payer(bad), reason="有原因。")
    cases.perform(Case.objects.get(applicant=bad), "clear", world.clerk, reason="已核对。")
    assert assigning.assign() == 1
    assert Case.objects.filter(applicant=world.company).exists()


def test_only_the_bureau_in_charge_sees_and_handles_the_task(world):
    case = reminded(world)
    assert Case.objects.visible_to(world.analyst).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(world.stranger).filter(pk=case.pk).exists()
    with pytest.raises(PermissionDenied):
        cases.perform(case, "take", world.stranger)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "explain", world.analyst, reason="替纳税人说。")
