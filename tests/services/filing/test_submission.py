"""A return is accepted by published rules or by a clerk, charged, settled and written back to the facts."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.audit.models import Event
from apps.kernel.casework import cases
from apps.kernel.facts import reading
from apps.kernel.ledger.models import Charge
from apps.kernel.notifications.models import Message
from apps.kernel.parties import todos
from apps.kernel.parties.models import Role
from apps.services.filing import computation, drafts
from apps.services.filing.models import Return
from tests import factories
from tests.factories_filing import EXAMPLE, SEPTEMBER, confirmed, filed, import_invoices
from tests.factories_filing import payer as other_payer
from tests.factories_invoices import purchase

pytestmark = pytest.mark.django_db

DUE = dt.date(2026, 10, 26)


def to_a_clerk(payer):
    """A return that lowers its tax by more than the rules let through."""
    case = drafts.begin(payer, "vat", SEPTEMBER)
    drafts.confirm(case, payer)
    drafts.declare(case, payer, "input-vat", Decimal("94500.00"), "纸质海关缴款书尚未上传。")
    return cases.perform(case, "submit", payer)


def test_the_worked_example_is_computed_accepted_and_charged(payer):
    case = filed(payer)
    detail = case.detail
    assert case.state == "filed"
    assert {name: detail.amounts[name] for name in EXAMPLE} == EXAMPLE
    assert (detail.due_on, detail.standing) == (DUE, Return.Standing.IN_FORCE)
    owed = {row.levy_id: row.amount for row in Charge.objects.filter(party=payer.party)}
    assert owed == {
        "vat": EXAMPLE["vat"],
        "city-construction": EXAMPLE["city"],
        "education": EXAMPLE["edu"],
        "local-education": EXAMPLE["local_edu"],
    }
    assert set(Charge.objects.values_list("due", "period", "about")) == {(DUE, SEPTEMBER, case.about)}


def test_every_amount_keeps_its_formula_and_clause(payer):
    lines = {line.label: line for line in filed(payer).detail.lines.all()}
    assert lines["应纳增值税"].formula == "130000.00 − 84500.00 − 3200.00"
    assert all(line.source for line in lines.values())


def test_the_rules_that_accepted_it_are_kept_and_the_timeline_says_so(payer):
    case = filed(payer)
    assert [(row.rule, row.passed) for row in case.detail.trace.all()] == [
        ("confirmed", True),
        ("differences", True),
        ("carry-in", True),
        ("own-deductions", True),
        ("correction", True),
    ]
    assert [(step.action, step.user) for step in case.steps.all()] == [
        ("submit", payer.user),
        ("accept_by_rules", None),
    ]
    assert list(Event.objects.filter(stream=case.about).values_list("action", flat=True)) == [
        "opened",
        "figures.confirmed",
        "submit",
        "accept_by_rules",
    ]


def test_the_payer_is_told(payer):
    case = filed(payer)
    sent = set(Message.objects.filter(about=case.about).values_list("template", flat=True))
    assert sent == {"case-submitted", "return-accepted"}


def test_nothing_imported_is_filed_unconfirmed(payer):
    case = drafts.begin(payer, "vat", SEPTEMBER)
    drafts.confirm(case, payer, ["sales-13", "input-vat"])
    with pytest.raises(ValidationError) as refusal:
        cases.perform(case, "submit", payer)
    assert list(refusal.value.message_dict) == ["carry-in"]
    case.refresh_from_db()
    assert (case.state, case.steps.count(), case.detail.total) == ("draft", 0, None)


def test_outdated_data_stop_the_submission_until_taken_over(payer):
    case = confirmed(payer)
    import_invoices(payer, purchase(payer.party, "1000.00"))
    with pytest.raises(ValidationError, match="已更新"):
        cases.perform(case, "submit", payer)
    drafts.refresh(case, payer)
    drafts.confirm(case, payer)
    assert cases.perform(case, "submit", payer).state == "filed"


def test_a_second_submit_with_the_same_key_changes_nothing_and_another_is_not_open(payer):
    case = confirmed(payer)
    first = cases.perform(case, "submit", payer, idempotency_key="once")
    again = cases.perform(case, "submit", payer, idempotency_key="once")
    assert (first.state, again.state) == ("filed", "filed")
    with pytest.raises(cases.NotOpen):
        cases.perform(case, "submit", payer)
    assert Charge.objects.count() == 4


def test_declaring_more_than_the_data_show_is_accepted_at_once(payer):
    case = confirmed(payer)
    drafts.declare(case, payer, "sales-13", Decimal("1500000.00"), "未开票收入。")
    case = cases.perform(case, "submit", payer)
    assert (case.state, case.detail.amounts["vat"]) == ("filed", Decimal("107300.00"))


def test_a_larger_deduction_than_the_data_show_goes_to_a_clerk_who_accepts(payer, clerk):
    case = to_a_clerk(payer)
    assert (case.state, case.office) == ("submitted", clerk.office)
    referral = case.steps.get(action="refer")
    assert "11,200.00" in referral.reason
    assert not Charge.objects.exists()
    case = cases.perform(case, "accept_return", clerk)
    assert case.state == "filed"
    assert Charge.objects.get(levy="vat").amount == Decimal("32300.00")


def test_a_clerk_asks_for_a_supplement_and_the_payer_mends_the_figure(payer, clerk):
    case = to_a_clerk(payer)
    cases.perform(case, "accept", clerk)
    cases.perform(case, "ask_supplement", clerk, reason="请说明海关缴款书号码，或改回预填数。")
    drafts.declare(case, payer, "input-vat", Decimal("84500.00"))
    case = cases.perform(case, "supply", payer, reason="已改回预填数。")
    assert (case.state, case.detail.amounts["vat"]) == ("handling", EXAMPLE["vat"])
    assert cases.perform(case, "accept_return", clerk).state == "filed"


def test_only_a_handler_of_the_payers_office_accepts(payer, office):
    case = to_a_clerk(payer)
    elsewhere = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), Role.CLERK)
    for wrong in (payer, elsewhere, factories.staff(office, Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            cases.perform(case, "accept_return", wrong)


def test_nobody_but_the_portal_accepts_by_rules(payer, clerk):
    case = to_a_clerk(payer)
    for actor in (payer, clerk):
        with pytest.raises(PermissionDenied):
            cases.perform(case, "accept_by_rules", actor)


def test_a_withdrawn_return_makes_room_for_another(payer):
    case = to_a_clerk(payer)
    cases.perform(case, "withdraw", payer, reason="重新核对。")
    assert case.detail.standing == Return.Standing.DROPPED
    assert filed(payer).pk != case.pk


def test_a_return_without_tax_makes_no_charge_and_is_settled(office):
    actor = other_payer(office)
    case = filed(actor)
    assert case.state == "settled"
    assert case.detail.total == 0
    assert not Charge.objects.exists()


def test_excess_input_vat_is_carried_out_and_known_to_the_facts(payer):
    import_invoices(payer, purchase(payer.party, "900000.00"))
    case = filed(payer)
    assert (case.state, case.detail.amounts["carry_out"]) == ("settled", Decimal("74700.00"))
    assert reading.profile(payer.party)["ending_vat_credit"] == 7470000


def test_an_accepted_return_tells_the_facts_with_source_and_date(payer):
    filed(payer)
    known = reading.profile(payer.party)
    assert (known["sales"], known["sales_month"], known["output_vat"]) == (100000000, 100000000, 13000000)
    assert (known["vat"], known["input_vat"]) == (4230000, 8450000)
    statement = reading.provenance(payer.party, "vat")[0]
    assert (statement.source, statement.as_of) == ("纳税申报", dt.date(2026, 9, 30))


def test_a_late_return_says_what_the_late_fee_is_today(payer, october):
    october.move_to(dt.datetime(2026, 11, 5, 1, tzinfo=dt.UTC))
    case = filed(payer)
    fee = computation.late_fee(case.detail, case.detail.total)
    assert (fee.days, fee.amount) == (10, Decimal("236.88"))


def test_a_return_in_time_has_no_late_fee(payer):
    case = filed(payer)
    assert computation.late_fee(case.detail, case.detail.total) is None


def test_the_home_page_asks_for_the_return_until_it_is_filed(client, payer, clerk, office):
    (todo,) = todos_of(payer)
    assert (todo.kind, todo.due, todo.url) == ("file", DUE, f"/as/{payer.party.ref}/filing/#vat-{SEPTEMBER}")
    client.force_login(payer.user)
    assert f'id="vat-{SEPTEMBER}"' in client.get(todo.url).content.decode()
    case = drafts.begin(payer, "vat", SEPTEMBER)
    (todo,) = todos_of(payer)
    assert todo.url.endswith(f"/filing/returns/{case.number}/")
    drafts.confirm(case, payer)
    cases.perform(case, "submit", payer)
    assert todos_of(payer) == []
    assert todos_of(factories.citizen(office=office)) == []
    assert todos_of(clerk) == []


def todos_of(actor) -> list:
    return [todo for todo in todos.for_actor(actor) if todo.kind == "file" and "增值税" in todo.title]
