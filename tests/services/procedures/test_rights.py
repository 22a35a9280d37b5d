"""The payers' rights: what is decided reaches the account - due dates, amounts, refunds and interest."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from apps.kernel.casework import cases, rights
from apps.kernel.casework.models import Case
from apps.kernel.ledger import accounts, charges, late_fees, refunds
from apps.kernel.ledger.models import Charge, Overpayment, Refund
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Role
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.services.agencies import clients
from apps.services.filing import drafts, falling_due, periods, sources
from apps.services.filing.models import Return
from apps.services.filing.todos import returns_to_file
from apps.services.procedures.deferral import DEFERRAL
from apps.services.procedures.filing_extension import FILING_EXTENSION, FilingExtension
from apps.services.procedures.reduction import REDUCTION
from apps.services.procedures.refund import REFUND, Interest, RefundClaim
from tests import factories
from tests.factories_filing import SEPTEMBER, example_payer, filed
from tests.factories_ledger import owed, paid

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = dt.datetime(2026, 10, 12, 9, 0, tzinfo=SHANGHAI)
DUE = dt.date(2026, 10, 26)


class World:
    """A payer, its tax office with a clerk and a chief, and a payer of another office."""

    def __init__(self) -> None:
        self.office = factories.tax_office()
        self.payer = factories.representative(factories.company(office=self.office))
        self.clerk = factories.staff(self.office, Role.CLERK)
        self.chief = factories.staff(self.office, Role.CHIEF, name="顾建华")
        self.stranger = factories.citizen("陌生人", office=self.office)

    def applied(self, procedure, **detail):
        case = cases.open_submitted(procedure, self.payer, detail, idempotency_key="rights-0001")
        return cases.perform(case, "accept", self.clerk)

    def approved(self, procedure, **detail):
        return cases.perform(self.applied(procedure, **detail), "approve", self.chief)


@pytest.fixture
def world():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        found = World()
        found.clock = traveller
        yield found


def deferral(amount="1000.00", levy="vat"):
    return {
        "levy_id": levy,
        "period": "2026-09",
        "amount": Decimal(amount),
        "months": 2,
        "ground": "no_funds",
        "explanation": "客户延迟付款。",
    }


def claim(amount="300.00", **more):
    return {
        "levy_id": "property",
        "period": "2026-09",
        "amount": Decimal(amount),
        "ground": "miscalculated",
        "explanation": "房产原值多计。",
        **more,
    }


def reduction(amount="400.00"):
    return {
        "levy_id": "property",
        "period": "2026-09",
        "amount": Decimal(amount),
        "ground": "disaster",
        "explanation": "台风进水。",
    }


def extension(until=dt.date(2026, 11, 16)):
    return {"period": SEPTEMBER, "until": until, "ground": "books", "explanation": "系统迁移，账务未处理完毕。"}


# --- deferral ------------------------------------------------------------------------------------


def test_a_deferral_moves_the_due_date_and_the_late_fee_with_it(world):
    charge = owed(world.payer.party, "1000.00", due=DUE)
    case = world.approved(DEFERRAL, **deferral())
    charge.refresh_from_db()
    assert charge.due == dt.date(2026, 12, 28)  # 26 December is a Saturday
    assert "2026年12月28日" in case.steps.last().reason
    assert late_fees.outstanding(charge, dt.date(2026, 12, 28)) == 0
    assert late_fees.outstanding(charge, dt.date(2026, 12, 29)) == Decimal("0.50")
    world.clock.move_to(dt.datetime(2026, 11, 20, 9, tzinfo=SHANGHAI))
    assert not accounts.statement(world.payer.party).owed[0].overdue


def test_a_deferral_decided_again_moves_the_due_date_once(world):
    charge = owed(world.payer.party, "1000.00", due=DUE)
    case = world.approved(DEFERRAL, **deferral())
    cases.perform(case, "reopen", world.chief, reason="补充核实。")
    cases.perform(case, "approve", world.chief)
    charge.refresh_from_db()
    assert charge.due == dt.date(2026, 12, 28)


def test_the_tax_to_be_deferred_is_chosen_from_the_taxes(world):
    browser, base = Client(), f"/as/{world.payer.party.ref}/"
    browser.force_login(world.payer.user)
    number = browser.post(f"{base}matters/deferral/begin/", {"key": "deferral-0001"}).url.split("/")[4]
    page = f"{base}cases/{number}/fill/what/"
    shown = browser.get(page).content.decode()
    assert '<option value="vat">增值税</option>' in shown
    assert 'value="pension' not in shown  # contributions are not deferred by this law
    answers = {"levy": "增值税", "period": "2026-09", "amount": "1,000.00"}
    assert browser.post(page, answers).status_code == 422
    assert browser.post(page, {**answers, "levy": "vat"}).status_code == 302
    assert Case.objects.get(number=number).detail.levy_id == "vat"


def test_a_refused_deferral_leaves_the_due_date(world):
    charge = owed(world.payer.party, "1000.00", due=DUE)
    case = world.applied(DEFERRAL, **deferral())
    cases.perform(case, "refuse", world.chief, reason="未证明困难。", clause="第三十一条")
    charge.refresh_from_db()
    assert charge.due == DUE


def test_a_return_filed_after_the_deferral_is_charged_with_the_later_day(world):
    payer = example_payer(world.office)
    world.payer = payer
    world.approved(DEFERRAL, **deferral("42300.00"))
    filed(payer)
    due = dict(Charge.objects.filter(party=payer.party).values_list("levy", "due"))
    assert due["vat"] == dt.date(2026, 12, 28)
    assert due["edu" if "edu" in due else "education"] == DUE


def test_part_of_a_charge_is_not_deferred_until_the_rest_is_paid(world):
    charge = owed(world.payer.party, "1500.00", due=DUE)
    case = world.applied(DEFERRAL, **deferral())
    with pytest.raises(ValidationError, match=r"1,500\.00"):
        cases.perform(case, "approve", world.chief)
    charge.refresh_from_db()
    assert charge.due == DUE


# --- refund --------------------------------------------------------------------------------------


def test_overpaid_tax_comes_back_with_interest_explained(world):
    charge = owed(world.payer.party, "1000.00", levy="property", due=DUE)
    payment = paid(charge, actor=world.payer)
    world.clock.shift(dt.timedelta(days=30))
    case = world.approved(REFUND, **claim())
    refund = Refund.objects.get(party=world.payer.party)
    assert (refund.amount, refund.state, refund.requested_by) == (Decimal("300.00"), "approved", world.payer.user)
    assert refund.decided_by == world.chief.user
    assert refund.overpayment.payment == payment
    charge.refresh_from_db()
    assert (charge.amount, charge.paid) == (Decimal("700.00"), Decimal("700.00"))
    detail = RefundClaim.objects.get(case=case)
    assert detail.interest == Decimal("0.09")  # 300 × 0.35 % ÷ 360 × 30
    assert "30 天" in detail.interest_how
    assert "0.09" in case.steps.last().reason
    assert "利息由国库另行划付" in case.steps.last().reason  # the refund is the principal alone


def test_of_several_charges_of_a_period_the_one_that_bears_the_claim_is_meant(world):
    first = owed(world.payer.party, "1000.00", levy="property", due=DUE)
    paid(first, actor=world.payer)
    later = owed(world.payer.party, "200.00", levy="property", due=DUE, about="case/another")
    world.approved(REFUND, **claim("800.00"))
    for charge, left in ((first, "200.00"), (later, "200.00")):
        charge.refresh_from_db()
        assert charge.amount == Decimal(left)


@pytest.mark.parametrize("procedure", [REFUND, REDUCTION])
def test_contributions_are_neither_given_back_nor_reduced_by_the_tax_law(world, procedure):
    paid(owed(world.payer.party, "1000.00", levy="pension"), actor=world.payer)
    asked = claim(levy_id="pension") if procedure is REFUND else {**reduction(), "levy_id": "pension"}
    with pytest.raises(ValidationError) as refusal:
        cases.open_submitted(procedure, world.payer, asked, idempotency_key="pension-0001")
    assert "levy" in refusal.value.message_dict


def test_interest_is_rounded_once_per_payment():
    part = Interest(Decimal("1000000.00"), dt.date(2026, 1, 1), dt.date(2026, 12, 27), Decimal("0.0035"))
    assert (part.days, part.amount) == (360, Decimal("3500.00"))


def test_the_office_has_thirty_days(world):
    paid(owed(world.payer.party, "1000.00", levy="property"), actor=world.payer)
    case = world.applied(REFUND, **claim())
    clock = case.clocks.get(term="refund-applied")
    assert (clock.amount, clock.unit, clock.due_at.date()) == (30, "day", dt.date(2026, 11, 11))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": Decimal("1000.01")}, "amount"),
        ({"amount": Decimal("0.00")}, "amount"),
        ({"period": "2026-08"}, "period"),
        ({"explanation": ""}, "explanation"),
    ],
)
def test_a_claim_the_account_does_not_bear_is_refused_by_field(world, change, field):
    paid(owed(world.payer.party, "1000.00", levy="property"), actor=world.payer)
    with pytest.raises(ValidationError) as refusal:
        cases.open_submitted(REFUND, world.payer, {**claim(), **change}, idempotency_key="refund-0001")
    assert field in refusal.value.message_dict
    assert not Overpayment.objects.exists()


def test_after_three_years_nothing_is_claimed(world):
    paid(owed(world.payer.party, "1000.00", levy="property"), actor=world.payer)
    world.clock.move_to(dt.datetime(2029, 10, 16, 9, tzinfo=SHANGHAI))
    with pytest.raises(ValidationError, match="三年"):
        cases.open_submitted(REFUND, world.payer, claim(), idempotency_key="refund-0002")


def test_what_comes_from_a_return_is_corrected_first(world):
    payer = example_payer(world.office)
    filed(payer)
    paid(*Charge.objects.filter(party=payer.party), actor=payer)
    with pytest.raises(ValidationError, match="更正申报"):
        cases.open_submitted(REFUND, payer, claim(levy_id="vat"), idempotency_key="refund-0003")


def test_two_claims_cannot_take_the_same_money_twice(world):
    paid(owed(world.payer.party, "1000.00", levy="property"), actor=world.payer)
    first = world.applied(REFUND, **claim("800.00"))
    second = cases.open_submitted(REFUND, world.payer, claim("800.00"), idempotency_key="refund-0004")
    second = cases.perform(second, "accept", world.clerk)
    cases.perform(first, "approve", world.chief)
    with pytest.raises(ValidationError):
        cases.perform(second, "approve", world.chief)
    assert refunds.unrefunded(Overpayment.objects).count() == 0


def test_only_a_second_person_of_the_office_decides_on_money(world):
    paid(owed(world.payer.party, "1000.00", levy="property"), actor=world.payer)
    case = world.applied(REFUND, **claim())
    elsewhere = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), Role.CHIEF, name="沈悦")
    handler = factories.staff(world.office, Role.CLERK, Role.CHIEF, name="一人")
    taken = cases.perform(case, "take", handler)
    for actor in (world.clerk, world.payer, world.stranger, elsewhere, handler):
        with pytest.raises(PermissionDenied):
            cases.perform(taken, "approve", actor)
    assert not Refund.objects.exists()


def test_paid_money_is_not_reopened(world):
    paid(owed(world.payer.party, "1000.00", levy="property"), actor=world.payer)
    case = world.approved(REFUND, **claim())
    with pytest.raises(cases.NotOpen):
        cases.perform(case, "reopen", world.chief, reason="再看看")


def test_what_the_office_finds_is_returned_within_ten_days(world):
    paid(owed(world.payer.party, "1000.00", levy="property"), actor=world.payer)
    world.approved(REDUCTION, **reduction())
    found = Overpayment.objects.get()
    assert refunds.return_by(found) == dt.date(2026, 10, 22)
    auditor = factories.staff(world.office, Role.AUDITOR, name="何审")
    with pytest.raises(PermissionDenied):
        refunds.request(found, reason="税务机关发现多缴", actor=auditor)
    started = refunds.request(found, reason="税务机关发现多缴", actor=world.clerk)
    with pytest.raises(PermissionDenied):
        refunds.approve(started, reason="", actor=world.clerk)


# --- reduction -----------------------------------------------------------------------------------


def test_a_reduction_lowers_the_charge(world):
    charge = owed(world.payer.party, "1000.00", levy="property")
    case = world.approved(REDUCTION, **reduction())
    charge.refresh_from_db()
    assert charge.amount == Decimal("600.00")
    assert "400.00" in case.steps.last().reason


def test_what_was_paid_beyond_the_reduced_charge_can_be_asked_back(world):
    paid(owed(world.payer.party, "1000.00", levy="property"), actor=world.payer)
    world.approved(REDUCTION, **reduction())
    assert [row.amount for row in refunds.unrefunded(Overpayment.objects.all())] == [Decimal("400.00")]


def test_no_more_is_reduced_than_is_charged(world):
    owed(world.payer.party, "300.00", levy="property")
    with pytest.raises(ValidationError, match=r"300\.00"):
        cases.open_submitted(REDUCTION, world.payer, reduction(), idempotency_key="reduction-01")


# --- what cannot succeed has no button ----------------------------------------------------------


def barred(case, actor) -> dict[str, str]:
    return {row.action: reason for row, reason in rights.barred_actions(case, actor)}


def test_an_approval_the_account_does_not_bear_is_told_before_it_is_pressed(world):
    charge = owed(world.payer.party, "1000.00", due=DUE)
    case = world.applied(DEFERRAL, **deferral("600.00"))
    assert "1,000.00" in barred(case, world.chief)["approve"]
    browser = Client()
    browser.force_login(world.chief.user)
    page = browser.get(f"/counter/cases/{case.number}/").content.decode()
    assert "现在不能“核准”" in page
    assert "do/approve/" not in page
    assert "do/refuse/" in page
    Charge.objects.filter(pk=charge.pk).update(amount=Decimal("600.00"))
    assert not barred(case, world.chief)
    assert cases.perform(case, "approve", world.chief).state == "approved"


def test_a_reduction_or_refund_the_account_no_longer_bears_is_barred(world):
    charge = owed(world.payer.party, "1000.00", levy="property")
    paid(charge, actor=world.payer)
    applied = (
        world.applied(REFUND, **claim()),
        cases.open_submitted(REDUCTION, world.payer, reduction(), idempotency_key="reduction-02"),
    )
    charges.adjust(charge, Decimal("100.00"), reason="更正", actor=Actor.system("test"))
    cases.perform(applied[1], "accept", world.clerk)
    for case in applied:
        case.refresh_from_db()
        assert "100.00" in barred(case, world.chief)["approve"]


def test_who_handled_a_case_still_does_not_decide_it(world):
    owed(world.payer.party, "1000.00", due=DUE)
    case = world.applied(DEFERRAL, **deferral())
    Case.objects.filter(pk=case.pk).update(handler=world.chief.user)
    case.refresh_from_db()
    assert set(barred(case, world.chief)) == {"approve", "refuse"}


# --- extension of filing -------------------------------------------------------------------------


def test_an_extension_moves_the_return_under_way(world):
    world.payer = example_payer(world.office)
    vat_return = drafts.begin(world.payer, "vat", SEPTEMBER)
    world.approved(FILING_EXTENSION, **extension())
    assert Return.objects.get(case=vat_return).due_on == dt.date(2026, 11, 16)


def test_a_return_begun_after_the_decision_is_due_later(world):
    world.payer = example_payer(world.office)
    world.approved(FILING_EXTENSION, **extension())
    assert drafts.begin(world.payer, "vat", SEPTEMBER).detail.due_on == dt.date(2026, 11, 16)


def test_a_tax_that_arises_once_is_extended_by_itself(world):
    signed = dt.date(2026, 10, 8)
    contract = {"name": "合同一", "base": Decimal("1000000.00"), "since": signed}
    sources.add(world.payer, "stamp", {**contract, "item": "sales_contract", "occasional": True})
    transfer = {**contract, "item": "settlement", "deductions": Decimal("500000.00")}
    sources.add(world.payer, "land-appreciation", transfer)
    day = signed.isoformat()
    stamp = drafts.begin(world.payer, "stamp", day).detail
    assert stamp.due_on == dt.date(2026, 10, 23)
    world.approved(FILING_EXTENSION, **{**extension(dt.date(2026, 11, 6)), "period": day, "kind": "stamp"})
    stamp.refresh_from_db()
    assert stamp.due_on == dt.date(2026, 11, 6)
    assert drafts.begin(world.payer, "land-appreciation", day).detail.due_on == dt.date(2026, 10, 15)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"period": "2026-10-08"}, "kind"),  # which of the taxes of the day?
        ({"period": "2026-10-08", "kind": "deed"}, "kind"),  # before the registration, not by a number of days
        ({"period": "2026-10-08", "kind": "stamp"}, "period"),  # nothing arose
        ({"period": SEPTEMBER, "kind": "stamp"}, "kind"),
        ({"period": "2026-10-32", "kind": "stamp"}, "period"),
    ],
)
def test_an_extension_of_a_day_names_what_arose_on_it(world, given, field):
    with pytest.raises(ValidationError) as refused:
        cases.open_submitted(FILING_EXTENSION, world.payer, {**extension(), **given}, idempotency_key="once-0001")
    assert field in refused.value.message_dict


def test_every_tax_offered_for_an_extension_has_a_term_that_can_be_extended():
    offered = [code for code, _title in FilingExtension._meta.get_field("kind").choices]
    assert {"stamp", "resource"} <= set(offered)
    assert not set(offered) & {"tobacco", "deed"}  # never by the day; before the registration
    assert all(falling_due.once_term(code, clock.today()).term for code in offered)


def test_every_page_shows_the_extended_day_and_whence_it_comes(world):
    world.payer = example_payer(world.office)
    agent = factories.representative(factories.company("上海申诚税务师事务所有限公司"))
    Mandate.objects.create(
        principal=world.payer.party,
        agent=agent.party,
        kind=Mandate.Kind.AGENT,
        state="active",
        valid_from=dt.date(2024, 1, 1),
    )
    case = world.approved(FILING_EXTENSION, **extension())
    world.clock.move_to(dt.datetime(2026, 10, 28, 9, tzinfo=SHANGHAI))
    row = next(row for row in periods.rows(world.payer) if (row.kind.code, str(row.period)) == ("vat", SEPTEMBER))
    assert (row.due.due, row.overdue) == (dt.date(2026, 11, 16), False)
    assert case.number in row.due.lines[-1]
    assert {todo.due for todo in returns_to_file(world.payer) if SEPTEMBER in todo.title} == {dt.date(2026, 11, 16)}
    (client,) = clients.page(agent).clients
    assert {each.due for each in client.returns if str(each.period) == SEPTEMBER} == {dt.date(2026, 11, 16)}
    assert client.next_due == DUE  # the quarter's returns were not extended


def test_an_extension_reaches_nobody_else(world):
    world.approved(FILING_EXTENSION, **extension())
    another = factories.representative(factories.company(name="上海旁人有限公司", office=world.office))
    assert all(row.due.due == DUE for row in periods.rows(another) if str(row.period) == SEPTEMBER)


@pytest.mark.parametrize("until", [DUE, dt.date(2026, 11, 15), dt.date(2027, 3, 1)])
def test_a_day_an_extension_cannot_end_on_is_refused(world, until):
    with pytest.raises(ValidationError) as refusal:
        cases.open_submitted(FILING_EXTENSION, world.payer, extension(until), idempotency_key="extension-1")
    assert "until" in refusal.value.message_dict


def test_an_extension_is_asked_for_in_time(world):
    world.clock.move_to(dt.datetime(2026, 10, 27, 9, tzinfo=SHANGHAI))
    with pytest.raises(ValidationError, match="申报期限"):
        cases.open_submitted(FILING_EXTENSION, world.payer, extension(), idempotency_key="extension-2")
