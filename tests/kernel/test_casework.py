"""A case from draft to decision: who may do what, where it is, and how its clocks run."""

import datetime as dt
import re
import threading
from dataclasses import replace

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import InternalError, connection, transaction
from django.utils import translation

from apps.kernel.audit.models import Event
from apps.kernel.casework import cases, clocks, notices, procedures, rights, standard, statistics
from apps.kernel.casework.models import Case, Clock, ClockNotice, Step
from apps.kernel.casework.procedures import State, Transition
from apps.kernel.parties.models import Mandate, Office, Role
from apps.kernel.rules import terms
from apps.services.procedures.deferral import DEFERRAL
from tests import factories
from tests.factories_doors import signed_in

pytestmark = pytest.mark.django_db

COMPLETE = {
    "levy_id": "vat",
    "period": "2026-09",
    "amount": "47376.00",
    "months": 2,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}
MONDAY = dt.datetime(2026, 10, 12, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def world():
    """A payer, its tax office with a clerk and a chief, and another office."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        office = factories.tax_office()
        party = factories.company(office=office)

        class World:
            clock = traveller
            payer = factories.representative(party)
            clerk = factories.staff(office, Role.CLERK)
            chief = factories.staff(office, Role.CHIEF, name="顾建华")
            other = factories.tax_office("浦东新区税务局第五税务所")
            elsewhere = factories.staff(other, Role.CLERK, name="沈悦")

        World.office = office
        yield World


def submitted(world) -> Case:
    case = cases.open_case(DEFERRAL, world.payer, COMPLETE)
    return cases.perform(case, "submit", world.payer)


def accepted(world) -> Case:
    return cases.perform(submitted(world), "accept", world.clerk)


def test_a_case_goes_from_draft_to_approval(world):
    case = cases.open_case(DEFERRAL, world.payer, COMPLETE)
    assert case.state == "draft"
    case = cases.perform(case, "submit", world.payer)
    assert (case.state, case.office) == ("submitted", world.office)
    case = cases.perform(case, "accept", world.clerk)
    assert case.handler == world.clerk.user
    case = cases.perform(case, "approve", world.chief)
    assert case.state == "approved"
    assert case.closed_at is not None
    assert [step.action for step in case.steps.all()] == ["submit", "accept", "approve"]
    assert list(Event.objects.filter(stream=case.about).values_list("action", flat=True)) == [
        "opened",
        "submit",
        "accept",
        "approve",
    ]


def test_an_unfinished_draft_cannot_be_submitted_and_nothing_is_half_written(world):
    case = cases.open_case(DEFERRAL, world.payer, {"levy_id": "vat"})
    with pytest.raises(ValidationError) as refusal:
        cases.perform(case, "submit", world.payer)
    assert {"amount", "months", "ground"} <= set(refusal.value.message_dict)
    case.refresh_from_db()
    assert (case.state, case.office, case.steps.count()) == ("draft", None, 0)


def test_a_second_submit_with_the_same_key_changes_nothing(world):
    case = cases.open_case(DEFERRAL, world.payer, COMPLETE, idempotency_key="open-0001")
    again = cases.open_case(DEFERRAL, world.payer, COMPLETE, idempotency_key="open-0001")
    assert again == case
    cases.perform(case, "submit", world.payer, idempotency_key="k-1")
    cases.perform(case, "submit", world.payer, idempotency_key="k-1")
    assert case.steps.count() == 1


def test_an_action_not_open_says_so(world):
    case = submitted(world)
    with pytest.raises(cases.NotOpen, match="待受理"):
        cases.perform(case, "approve", world.chief)


@pytest.mark.parametrize("who", ["payer", "elsewhere", "chief"])
def test_only_a_handler_of_the_holding_office_accepts(world, who):
    case = submitted(world)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "accept", getattr(world, who))
    assert Event.objects.using("evidence").filter(action="case.accept", target=case.number).count() == 1
    case.refresh_from_db()
    assert case.state == "submitted"


def test_the_handler_cannot_approve_their_own_work(world):
    both = factories.staff(world.office, Role.CLERK, Role.CHIEF, name="两岗一人")
    case = cases.perform(submitted(world), "accept", both)
    with pytest.raises(PermissionDenied, match="另一位同事"):
        cases.perform(case, "approve", both)


def test_supplement_pauses_the_clock_and_pushes_the_due_date_by_the_days_paused(world):
    case = accepted(world)
    before = case.clocks.get(term="deferral-decide").due_at
    cases.perform(case, "ask_supplement", world.clerk, reason="请补充银行对账单。")
    world.clock.shift(dt.timedelta(days=7))
    case = cases.perform(case, "supply", world.payer, reason="已补充。")
    running = case.clocks.get(term="deferral-decide")
    assert (running.due_at - before).days in range(7, 11)  # a due day that falls on a rest day rolls on
    assert any("2026-10-12" in line for line in clocks.explain(running))
    assert case.clocks.get(term="supplement").stopped_at is not None


def test_a_transfer_moves_the_case_only_when_received(world):
    case = submitted(world)
    cases.perform(case, "transfer", world.clerk, office=world.other, reason="主管税务机关为浦东。")
    assert Case.objects.get(pk=case.pk).office == world.office
    assert Case.objects.visible_to(world.elsewhere).filter(pk=case.pk).exists()
    case = cases.perform(case, "receive", world.elsewhere)
    assert case.office == world.other
    held = list(case.custodies.filter(received_at__isnull=False).order_by("received_at", "id"))
    assert [(row.office, row.released_at is None) for row in held] == [(world.office, False), (world.other, True)]


def test_a_declined_transfer_stays_with_the_sender_and_can_be_offered_again(world):
    case = submitted(world)
    cases.perform(case, "transfer", world.clerk, office=world.other, reason="转送")
    cases.perform(case, "decline", world.elsewhere, reason="不属于本所管辖。")
    case.refresh_from_db()
    assert case.office == world.office
    cases.perform(case, "transfer", world.clerk, office=world.other, reason="经核实确属贵所。")
    assert case.custodies.filter(refused_at__isnull=True, received_at__isnull=True).count() == 1


def test_a_stranger_sees_nothing_and_a_narrow_mandate_sees_only_its_matters(world):
    case = submitted(world)
    stranger = factories.citizen("外人")
    assert not Case.objects.visible_to(stranger).exists()
    assert not Case.objects.visible_to(world.elsewhere).exists()
    filer = factories.representative(case.applicant, Mandate.Kind.FILER, matters=["vat-return"])
    assert not Case.objects.visible_to(filer).exists()
    with pytest.raises(PermissionDenied, match="授权不包括"):
        cases.open_case(DEFERRAL, filer, COMPLETE)
    allowed = factories.representative(case.applicant, Mandate.Kind.FINANCE, matters=["deferral"])
    assert list(Case.objects.visible_to(allowed)) == [case]


def test_an_office_above_sees_and_may_order_a_new_handling(world):
    district = factories.tax_office("黄浦区税务局")
    Office.objects.filter(pk=world.office.pk).update(parent=district)
    superior = factories.staff(district, Role.CHIEF, name="上级")
    case = cases.perform(accepted(world), "approve", world.chief)
    assert Case.objects.visible_to(superior).filter(pk=case.pk).exists()
    assert cases.perform(case, "reopen", superior, reason="复核发现事实不清。").state == "handling"


def test_a_handler_who_left_leaves_the_case_unassigned_not_lost(world):
    case = accepted(world)
    assert not Case.objects.unassigned().filter(pk=case.pk).exists()
    world.clerk.user.memberships.update(valid_to=dt.date(2026, 10, 1))
    assert list(Case.objects.unassigned()) == [case]


def test_overdue_cases_are_told_once_to_the_office_and_its_superior(world):
    district = factories.tax_office("黄浦区税务局")
    Office.objects.filter(pk=world.office.pk).update(parent=district)
    case = accepted(world)
    world.clock.shift(dt.timedelta(days=60))
    assert notices.sweep()["overdue"] == 1
    assert notices.sweep() == {"reminder": 0, "overdue": 0, "escalation": 0}
    assert set(ClockNotice.objects.filter(clock__case=case).values_list("kind", flat=True)) == {
        "reminder",
        "overdue",
        "escalation",
    }


def test_a_paused_clock_is_not_overdue(world):
    case = accepted(world)
    cases.perform(case, "ask_supplement", world.clerk, reason="请补充。")
    world.clock.shift(dt.timedelta(days=200))
    notices.sweep()
    assert not ClockNotice.objects.filter(clock__term="deferral-decide").exists()


def test_statistics_leave_out_the_time_the_applicant_took(world):
    case = accepted(world)
    world.clock.shift(dt.timedelta(days=1))
    cases.perform(case, "ask_supplement", world.clerk, reason="请补充。")
    world.clock.shift(dt.timedelta(days=10))
    cases.perform(case, "supply", world.payer, reason="好。")
    world.clock.shift(dt.timedelta(days=2))
    cases.perform(case, "approve", world.chief)
    (row,) = statistics.handling_times([world.office.pk])
    assert (row.procedure, row.closed, row.total_days, row.own_days) == ("deferral", 1, 13, 3)


def test_a_changed_calendar_moves_open_clocks(world):
    running = accepted(world).clocks.get(term="deferral-decide")
    Clock.objects.filter(pk=running.pk).update(due_at=MONDAY)
    assert clocks.rederive(Clock.objects.filter(stopped_at__isnull=True)) == 1


@pytest.mark.parametrize("statement", ["UPDATE casework_step SET reason = 'x'", "DELETE FROM casework_step"])
def test_history_cannot_be_edited(world, statement):
    submitted(world)
    with pytest.raises(InternalError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Step.objects.get().reason == ""


def test_every_registered_table_is_sound():
    for procedure in procedures.all():
        assert list(procedures.faults(procedure)) == []


def test_the_timeline_tells_in_english_what_happened_and_not_what_to_do():
    rows = [row for procedure in procedures.all() for row in procedure.transitions]
    with translation.override("en"):
        commands = {str(row.label).lower() for row in rows}
        told = {f"{row.action}: {row.past}" for row in rows if str(row.past).lower() in commands}
    assert told == set(), 'words that are a button as well need their own English: pgettext_lazy("已发生", …)'


def test_every_clock_follows_a_term_that_is_law_today():
    for procedure in procedures.all():
        for spec in procedure.clocks:
            for code in filter(None, (spec.term, spec.extension)):
                # What no calendar can count ("the date the court sets") needs somebody who sets it.
                assert terms.term(code, MONDAY.date()).unit != "fixed" or spec.until is not None


def test_a_faulty_table_stops_the_start():
    jump = Transition("jump", "跳", ("nowhere",), "approved", frozenset({"wizard"}), "", "跳了")
    rows = (row for row in DEFERRAL.transitions if row.action != "accept")
    broken = replace(DEFERRAL, transitions=(*rows, jump))
    told = "; ".join(procedures.faults(broken))
    assert "nowhere" in told
    assert "cites no article" in told
    assert "nobody known" in told
    with pytest.raises(ImproperlyConfigured, match="registered twice"):
        procedures.register(DEFERRAL)
    lonely = replace(DEFERRAL, states=(*standard.STATES, State("island", "孤岛", "…")))
    assert "unreachable states ['island']" in "; ".join(procedures.faults(lonely))


@pytest.mark.django_db(transaction=True)
def test_two_clerks_accepting_at_once_accept_once(world):
    case = submitted(world)
    second = factories.staff(world.office, Role.CLERK, name="另一位")
    results: list[str] = []
    barrier = threading.Barrier(2)

    def accept(actor):
        barrier.wait()
        try:
            results.append(cases.perform(case, "accept", actor).state)
        except cases.NotOpen:
            results.append("not open")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(actor,)) for actor in (world.clerk, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["handling", "not open"]
    assert case.steps.filter(action="accept").count() == 1


def test_the_documentation_draws_the_tables_as_they_are():
    from django.core.management import call_command  # noqa: PLC0415 - this test only

    call_command("draw_procedures", check=True)


# --- no button for what cannot succeed ---------------------------------------------------


def buttons(case: Case, actor) -> set[str]:
    return {row.action for row in rights.available_actions(case, actor)}


def test_who_has_handled_a_case_has_no_button_to_decide_it_and_is_told_why(world):
    alone = factories.staff(world.office, Role.CLERK, Role.CHIEF, name="何兼任")
    case = cases.perform(submitted(world), "accept", alone)
    assert buttons(case, alone) & {"approve", "refuse"} == set()
    assert buttons(case, world.chief) >= {"approve", "refuse"}
    reasons = {row.action: reason for row, reason in rights.barred_actions(case, alone)}
    assert "另一位同事" in reasons["approve"]
    with pytest.raises(PermissionDenied, match="另一位同事"):
        cases.perform(case, "approve", alone)


def test_a_button_goes_once_it_was_used_and_could_not_be_used_again(world):
    case = accepted(world)
    assert "take" not in buttons(case, world.clerk)  # it is in hand already, and nobody need be told
    assert "take" not in {row.action for row, _reason in rights.barred_actions(case, world.clerk)}
    assert "take" in buttons(case, factories.staff(world.office, Role.CLERK, name="林晓"))
    case = cases.perform(case, "transfer", world.clerk, office=world.other, reason="由浦东办理。")
    assert "transfer" not in buttons(case, world.clerk)
    case = cases.perform(case, "decline", world.elsewhere, reason="不是我们的。")
    assert "transfer" in buttons(case, world.clerk)


def test_where_the_law_knows_no_extension_there_is_no_step_to_extend(world):
    assert not any(clock.extension for clock in DEFERRAL.clocks)
    case = accepted(world)
    assert "extend" not in {row.action for row in DEFERRAL.transitions}
    with pytest.raises(cases.NotOpen):
        cases.perform(case, "extend", world.chief, reason="需要更久。")


def test_the_page_says_why_a_step_is_closed_and_so_does_the_step_itself(world):
    case = cases.perform(accepted(world), "transfer", world.clerk, office=world.other, reason="由浦东办理。")
    client, page = signed_in(world.clerk), f"/counter/cases/{case.number}/"
    shown = client.get(page).content.decode()
    assert f"{page}do/transfer/" not in shown
    assert "已有一次转送等待对方接收" in shown
    again = client.post(f"{page}do/transfer/", {"office": "x", "reason": "再转一次。"}, follow=True)
    assert again.redirect_chain == [(page, 302)]
    assert [str(each) for each in again.context["messages"]] == ["已有一次转送等待对方接收，请等对方答复。"]


def test_in_english_the_button_of_a_step_is_its_name_and_in_chinese_it_confirms(world):
    case = submitted(world)
    client, page = signed_in(world.clerk), f"/counter/cases/{case.number}/do/accept/"
    assert "确认受理" in client.get(page).content.decode()
    client.cookies["django_language"] = "en"
    shown = client.get(page).content.decode()
    assert "Confirm" not in shown
    assert re.search(r'<button class="button ">\s*Accept\s*</button>', shown)


def test_a_term_in_months_is_counted_in_days(world):
    case = submitted(world)
    clock = case.clocks.first()
    clock.unit, clock.amount, clock.due_at = "month", 2, MONDAY + dt.timedelta(days=61)
    assert (clocks.used(clock, MONDAY + dt.timedelta(days=45)), clocks.length(clock), clocks.counted_in(clock)) == (
        45,
        61,
        "day",
    )


def test_whoever_gives_a_case_back_is_led_to_the_list_and_not_to_a_page_that_is_gone(world):
    case = cases.perform(accepted(world), "transfer", world.clerk, office=world.other, reason="由浦东办理。")
    client = signed_in(world.elsewhere)
    gone = client.post(f"/counter/cases/{case.number}/do/decline/", {"reason": "不在本所辖区。"}, follow=True)
    assert gone.redirect_chain == [("/counter/cases/", 302)]
    assert gone.status_code == 200
    stays = signed_in(world.clerk).post(f"/counter/cases/{case.number}/do/take/", follow=True)
    assert stays.status_code == 200
