"""Banks are asked by law and no further: permit, least data, limits, release on payment, insurance (Art 29)."""

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.collaboration.banks import asking, owed, pay_orders, reading, releasing
from apps.collaboration.banks.grounds import GROUNDS
from apps.collaboration.banks.models import AccountEnquiry, AccountOrder, AccountRead
from apps.kernel.audit.models import Event, ReadLog
from apps.kernel.casework import cases
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger.models import Charge, Payment
from apps.kernel.notifications.models import Message
from apps.kernel.workcalendar import clock
from tests import factories, factories_judicial, factories_ledger
from tests.at_once import at_once

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)
ACCOUNT = {"number": "3100000000000001", "kind": "基本存款账户", "opened_on": dt.date(2024, 1, 2)}


@pytest.fixture
def w():
    with time_machine.travel(NOW, tick=False):
        yield factories_judicial.world()


def code_of(error: ValidationError) -> str:
    return next(iter(error.error_dict.values()))[0].code if hasattr(error, "error_dict") else error.error_list[0].code


def refused(code: str, call, *args, **kwargs) -> None:
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        call(*args, **kwargs)
    assert code_of(refusal.value) == code


# --- enquiry -------------------------------------------------------------------------------------


def test_an_enquiry_goes_from_two_officers_over_the_head_to_the_bank_and_back(w):
    case = factories_judicial.asked(w, "accounts", wants_accounts=True)
    assert (case.state, case.office) == ("approving", w.bureau)
    case = cases.perform(case, "approve", w.head)
    assert (case.state, case.office) == ("at_bank", w.bank.office)
    permit = IssuedDocument.objects.get(kind="account-permit", about=case.about)
    assert permit.code
    assert permit.context["officers"][0] == {"name": "陈静", "certificate": "沪税执 0001"}
    assert "多次催缴" not in str(permit.context)
    due = case.clocks.get(term="bank-enquiry")
    assert due.due_at.date() == dt.date(2026, 11, 2)
    case = cases.perform(case, "answer", w.bank, accounts=[ACCOUNT])
    assert (case.state, case.office) == ("answered", w.office)
    assert case.detail.accounts.get().number == ACCOUNT["number"]
    assert not Message.objects.filter(party=w.company, template="measure-taken").exists()
    cases.perform(case, "conclude", w.clerk)
    assert Message.objects.filter(party=w.company, template="measure-taken").count() == 1
    assert AccountEnquiry.objects.visible_to(w.owner).get().told_at is not None


def test_savings_of_a_person_need_the_head_of_the_city_and_a_case(w):
    suspect = factories.citizen("许某", office=w.office).party
    refused("matter", factories_judicial.asked, w, "savings", suspect, wants_balances=True)
    case = factories_judicial.asked(w, "savings", suspect, wants_balances=True, matter="沪税稽查〔2026〕18号")
    assert case.office == w.city_head.office
    with pytest.raises(PermissionDenied):
        cases.perform(case, "approve", w.head)
    assert cases.perform(case, "approve", w.city_head).state == "at_bank"


def test_two_different_officers_of_the_office_and_neither_approves(w):
    same = {"second_officer": w.clerk.user}
    refused("two_officers", factories_judicial.asked, w, "accounts", wants_accounts=True, **same)
    stranger = factories.staff(factories.tax_office())
    refused("two_officers", factories_judicial.asked, w, "accounts", wants_accounts=True, second_officer=stranger.user)
    refused(
        "two_officers",
        factories_judicial.asked,
        w,
        "accounts",
        wants_accounts=True,
        second_certificate="沪税执 0001",
    )
    case = factories_judicial.asked(w, "accounts", wants_accounts=True)
    AccountEnquiry.objects.filter(case=case).update(second_officer=w.head.user)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "approve", w.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountEnquiry.objects.filter(case=case).update(second_officer=w.clerk.user)


@pytest.mark.parametrize(
    ("asked", "answer", "code"),
    [
        ({"wants_balances": True}, {**ACCOUNT, "balance": Decimal("1.00")}, "not_asked"),
        ({"wants_accounts": True}, {**ACCOUNT, "balance": Decimal("1.00")}, "not_asked"),
        ({"wants_accounts": True}, {"number": "1"}, "missing"),
        ({"wants_balances": True}, {"number": "1"}, "missing"),
        (
            {"wants_accounts": True},
            {**ACCOUNT, "movements": [{"on": dt.date(2026, 9, 1), "amount": Decimal(5)}]},
            "not_asked",
        ),
        (
            {"since": dt.date(2026, 9, 1), "until": dt.date(2026, 9, 30)},
            {"number": "1", "movements": [{"on": dt.date(2026, 10, 1), "amount": Decimal(5)}]},
            "not_asked",
        ),
    ],
)
def test_what_was_not_asked_is_refused_and_nothing_kept(w, asked, answer, code):
    case = factories_judicial.at_bank(w, "accounts", **asked)
    refused(code, cases.perform, case, "answer", w.bank, accounts=[answer])
    case.refresh_from_db()
    assert case.state == "at_bank"
    assert not case.detail.accounts.exists()


def test_account_data_is_read_by_the_two_officers_each_time_on_record_and_reviewed(w):
    auditor = factories.staff(w.city_head.office, "auditor", name="秦守仁")
    case = factories_judicial.at_bank(w, "accounts", wants_accounts=True)
    cases.perform(case, "answer", w.bank, accounts=[ACCOUNT])
    enquiry = AccountEnquiry.objects.get(case=case)
    assert [row.number for row in reading.read(enquiry, purpose="核对账户", actor=w.clerk)] == [ACCOUNT["number"]]
    assert ReadLog.objects.filter(stream=f"reads/{w.company.pk}", target=f"account-data/{case.number}").count() == 1
    for nosy in (w.chief, w.head, w.bank):
        with pytest.raises(PermissionDenied):
            reading.read(enquiry, purpose="看看", actor=nosy)
    assert Event.objects.using("evidence").filter(action="account-data.read", target=case.about).count() == 3
    row = AccountRead.objects.get()
    with pytest.raises(PermissionDenied):
        reading.review(row, finding="proper", note="", actor=w.chief)
    refused("note", reading.review, row, finding="doubtful", note=" ", actor=auditor)
    reading.review(row, finding="proper", note="", actor=auditor)
    refused("reviewed", reading.review, row, finding="proper", note="", actor=auditor)


# --- orders to pay -------------------------------------------------------------------------------


def test_an_order_to_pay_sets_at_most_fifteen_days(w):
    charge = factories_judicial.overdue(w.company)
    given = {"regime": "tax", "charges": [charge], "actor": w.clerk}
    for day in (0, 16):
        refused("pay_by", pay_orders.issue, w.company, pay_by=clock.today() + dt.timedelta(days=day), **given)
    insurance = factories_judicial.overdue(w.company, levy="pension")
    pay_by = clock.today() + dt.timedelta(days=15)
    refused("charges", pay_orders.issue, w.company, pay_by=pay_by, **{**given, "charges": [insurance]})
    order = pay_orders.issue(w.company, pay_by=pay_by, **given)
    assert order.amount == Decimal("10000.00")
    assert order.letter.kind == "pay-order"
    assert Message.objects.filter(party=w.company, template="pay-order").exists()
    outsider = factories.staff(factories.tax_office())
    with pytest.raises(PermissionDenied):
        pay_orders.issue(w.company, pay_by=pay_by, **{**given, "actor": outsider})


# --- freeze --------------------------------------------------------------------------------------


def freeze(w, charge, **changed):
    given = {
        "limit": charge.outstanding,
        "pay_order": factories_judicial.pay_order(w, charge, expired=False),
        "signs": "转移资金。",
        "security_asked_on": clock.today(),
    }
    return factories_judicial.asked(w, "before-due", charge.party, **{**given, **changed})


def test_a_freeze_reaches_no_further_than_the_tax_owed_and_needs_what_the_law_asks(w):
    charge = factories_judicial.overdue(w.company)
    refused("above_owed", freeze, w, charge, limit=Decimal("10000.01"))
    refused("signs", freeze, w, charge, signs=" ")
    refused("security", freeze, w, charge, security_asked_on=None)
    refused("pay_order", freeze, w, charge, pay_order=None)
    assert freeze(w, charge).state == "approving"


def test_what_one_freeze_holds_no_other_freezes_again(w):
    charge = factories_judicial.overdue(w.company, "10000.00")
    order = factories_judicial.pay_order(w, charge, expired=False)
    given = {"pay_order": order, "signs": "大额资金转往关联企业。", "security_asked_on": clock.today()}
    first = factories_judicial.at_bank(w, "before-due", limit=Decimal("6000.00"), **given)
    with pytest.raises(ValidationError, match=r"4,000\.00"):  # asked for, whatever the bank will find
        factories_judicial.asked(w, "before-due", limit=Decimal("4000.01"), **given)
    cases.perform(first, "answer", w.bank, **factories_judicial.done("2500.00"))
    factories_judicial.asked(w, "before-due", limit=Decimal("7500.00"), **given)
    with pytest.raises(ValidationError, match=r" 0\.00"):
        factories_judicial.asked(w, "before-due", limit=Decimal("0.01"), **given)
    other = factories_judicial.pay_order(w, factories_judicial.overdue(w.company, "300.00"), expired=False)
    factories_judicial.asked(w, "before-due", limit=Decimal("300.00"), **given | {"pay_order": other})  # another debt


def test_a_living_is_left_to_a_person_and_the_family(w):
    trader = factories.citizen("个体户", office=w.office).party
    charge = factories_judicial.overdue(trader, "50000.00")
    refused("dependants", freeze, w, charge)
    case = cases.perform(freeze(w, charge, dependants=2), "approve", w.head)
    assert case.detail.kept == Decimal(1595) * 6 * 3
    done = factories_judicial.done("30000.00", left=Decimal("28709.99"))
    refused("living", cases.perform, case, "answer", w.bank, **done)
    done["left"] = Decimal("28710.00")
    assert cases.perform(case, "answer", w.bank, **done).state == "in_force"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"executed": Decimal("10000.01")}, "above_order"),
        ({"executed_on": dt.date(2026, 10, 27)}, "stale"),
        ({"executed_on": dt.date(2026, 10, 29)}, "stale"),
        ({"reference": " "}, "reference"),
    ],
)
def test_a_bank_that_says_what_was_not_ordered_is_refused(w, changed, code):
    case = cases.perform(freeze(w, factories_judicial.overdue(w.company)), "approve", w.head)
    refused(code, cases.perform, case, "answer", w.bank, **{**factories_judicial.done("10000.00"), **changed})
    order = AccountOrder.objects.get(case=case)
    assert order.executed is None


def test_paying_releases_at_once_and_the_bank_confirms(w, django_capture_on_commit_callbacks):
    charge = factories_judicial.overdue(w.company)
    case = factories_judicial.frozen(w, charge)
    assert case.detail.in_force
    assert Message.objects.filter(party=w.company, template="measure-taken").exists()
    with django_capture_on_commit_callbacks(execute=True):
        factories_ledger.paid(charge, actor=w.owner)
    case.refresh_from_db()
    assert (case.state, case.office, case.detail.release) == ("releasing", w.bank.office, "paid")
    assert IssuedDocument.objects.filter(kind="release-notice", about=case.about).exists()
    clock_ = case.clocks.get(term="preservation-release")
    assert clock_.due_at.date() == dt.date(2026, 10, 29)
    releasing.on_charge_paid(Charge, charge=Charge.objects.get(pk=charge.pk))  # told again: nothing doubles
    assert IssuedDocument.objects.filter(kind="release-notice").count() == 1
    case = cases.perform(case, "free", w.bank)
    assert (case.state, case.detail.released_on) == ("released", clock.today())
    assert Message.objects.filter(party=w.company, template="measure-released").count() == 1


def test_paying_a_part_frees_what_the_freeze_reaches_beyond_the_rest(w, django_capture_on_commit_callbacks):
    first, second = factories_judicial.overdue(w.company), factories_judicial.overdue(w.company)
    case = factories_judicial.frozen(w, first, second)
    assert case.detail.frozen == first.amount + second.amount
    with django_capture_on_commit_callbacks(execute=True):
        factories_ledger.paid(first, actor=w.owner)
    case.refresh_from_db()
    assert (case.state, case.office, case.detail.freeing) == ("part_releasing", w.bank.office, first.amount)
    assert IssuedDocument.objects.filter(kind="release-notice", about=case.about).count() == 1
    case = cases.perform(case, "free_part", w.bank)
    assert (case.state, case.office, case.detail.frozen) == ("in_force", w.office, second.amount)
    assert Message.objects.filter(party=w.company, template="measure-released").count() == 1
    for wrong in ("0.00", str(second.amount), "999999999.00"):
        with pytest.raises(ValidationError), transaction.atomic():
            cases.perform(case, "release_part", w.chief, amount=Decimal(wrong), reason="生产经营需要。")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "release_part", w.clerk, amount=Decimal(1), reason="生产经营需要。")
    case = cases.perform(case, "release_part", w.chief, amount=Decimal("100.00"), reason="生产经营需要。")
    # All of it is paid while the bank is still at the part: the whole is released, once.
    with django_capture_on_commit_callbacks(execute=True):
        factories_ledger.paid(second, actor=w.owner)
    case.refresh_from_db()
    assert (case.state, case.detail.release, case.detail.freeing) == ("releasing", "paid", 0)
    assert cases.perform(case, "free", w.bank).state == "released"


def test_freezes_together_hold_no_more_than_is_owed_after_a_payment(w, django_capture_on_commit_callbacks):
    first, second = factories_judicial.overdue(w.company), factories_judicial.overdue(w.company, "3000.00")
    one = factories_judicial.frozen(w, first)
    other = factories_judicial.at_bank(w, "inspection", limit=Decimal("3000.00"), signs="转移货款。")
    other = cases.perform(other, "answer", w.bank, **factories_judicial.done("3000.00", "B-9"))
    with django_capture_on_commit_callbacks(execute=True):
        factories_ledger.paid(second, actor=w.owner)
    held = [type(case).objects.get(pk=case.pk) for case in (one, other)]
    assert sum(case.detail.frozen - case.detail.freeing for case in held if case.detail.in_force) == Decimal("10000.00")


def test_a_freeze_on_its_way_out_secures_nothing_any_more(w, django_capture_on_commit_callbacks):
    first = factories_judicial.overdue(w.company)
    factories_judicial.frozen(w, first)
    factories_judicial.overdue(w.company, "3000.00")
    with django_capture_on_commit_callbacks(execute=True):
        factories_ledger.paid(first, actor=w.owner)
    again = factories_judicial.asked(w, "inspection", limit=Decimal("3000.00"), signs="转移货款。")
    assert again.state == "approving"


def test_paying_before_the_bank_acts_calls_the_order_off(w, django_capture_on_commit_callbacks):
    charge = factories_judicial.overdue(w.company)
    case = cases.perform(freeze(w, charge), "approve", w.head)
    with django_capture_on_commit_callbacks(execute=True):
        factories_ledger.paid(charge, actor=w.owner)
    case.refresh_from_db()
    assert case.state == "called_off"
    with pytest.raises(cases.NotOpen):
        cases.perform(case, "answer", w.bank, **factories_judicial.done("10000.00"))


def test_a_freeze_ends_after_six_months_is_lengthened_once_and_never_twice(w):
    case = factories_judicial.frozen(w, factories_judicial.overdue(w.company))
    assert case.clocks.get(term="preservation-term").due_at.date() == dt.date(2027, 4, 28)
    approval = {"approval": "税总函〔2026〕9号", "reason": "重大案件。"}
    cases.perform(case, "extend", w.chief, **approval)
    assert case.clocks.get(term="preservation-term").due_at.date() == dt.date(2027, 10, 28)
    refused_twice = pytest.raises(ValidationError)
    with refused_twice, transaction.atomic():
        cases.perform(case, "extend", w.chief, **approval)
    with time_machine.travel(dt.datetime(2027, 10, 29, 2, 0, tzinfo=dt.UTC), tick=False):
        assert releasing.end_expired() == 1
        assert releasing.end_expired() == 0
    case.refresh_from_db()
    assert (case.state, case.detail.release) == ("releasing", "expired")


# --- deduction -----------------------------------------------------------------------------------


def test_nothing_is_deducted_before_the_order_to_pay_has_expired(w):
    charge = factories_judicial.overdue(w.company)
    order = factories_judicial.pay_order(w, charge, expired=False)
    refused("order_running", factories_judicial.asked, w, "overdue", limit=Decimal("1.00"), pay_order=order)
    refused("pay_order", factories_judicial.asked, w, "overdue", limit=Decimal("1.00"), pay_order=None)


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_for_the_whole_debt_at_one_moment_one_is_refused(w):
    order = factories_judicial.pay_order(w, factories_judicial.overdue(w.company))
    ask = partial(factories_judicial.asked, w, "overdue", limit=Decimal("10200.00"), pay_order=order)
    refusals = [each for each in at_once(ask, ask) if isinstance(each, ValidationError)]
    assert [code_of(each) for each in refusals] == ["above_owed"]


def test_a_deduction_lands_on_the_account_with_the_late_fee(w, django_capture_on_commit_callbacks):
    charge = factories_judicial.overdue(w.company)  # 40 days at five in ten thousand: 200.00
    order = factories_judicial.pay_order(w, charge)
    refused("above_owed", factories_judicial.asked, w, "overdue", limit=Decimal("10200.01"), pay_order=order)
    case = factories_judicial.at_bank(w, "overdue", limit=Decimal("10200.00"), pay_order=order)
    with django_capture_on_commit_callbacks(execute=True):
        case = cases.perform(case, "answer", w.bank, **factories_judicial.done("10200.00", "B-77"))
    assert case.state == "concluded"
    charge.refresh_from_db()
    assert (charge.paid, charge.late_fee_paid) == (Decimal("10000.00"), Decimal("200.00"))
    assert Payment.objects.get(collected_by=case.about).received == Decimal("10200.00")
    with pytest.raises(cases.NotOpen):
        cases.perform(case, "answer", w.bank, **factories_judicial.done("10200.00", "B-78"))
    again = factories_judicial.overdue(w.company, "100.00")
    second = factories_judicial.at_bank(
        w, "overdue", limit=Decimal("100.00"), pay_order=factories_judicial.pay_order(w, again)
    )
    refused("twice", cases.perform, second, "answer", w.bank, **factories_judicial.done("100.00", "B-77"))


def test_what_is_deducted_from_a_freeze_ends_the_freeze(w, django_capture_on_commit_callbacks):
    charge = factories_judicial.overdue(w.company)
    frozen = factories_judicial.frozen(w, charge, executed="4000.00")
    order = frozen.detail.pay_order
    type(order).objects.filter(pk=order.pk).update(pay_by=clock.today() - dt.timedelta(days=1))
    order.refresh_from_db()
    given = {"pay_order": order, "preservation": frozen.detail}
    refused("above_owed", factories_judicial.asked, w, "frozen", limit=Decimal("4000.01"), **given)
    refused("bank", factories_judicial.asked, w, "frozen", limit=Decimal(1), bank=w.other_bank.office, **given)
    case = factories_judicial.at_bank(w, "frozen", limit=Decimal("4000.00"), **given)
    with django_capture_on_commit_callbacks(execute=True):
        cases.perform(case, "answer", w.bank, **factories_judicial.done("4000.00"))
    frozen.refresh_from_db()
    assert (frozen.state, frozen.detail.release) == ("releasing", "deducted")


def test_a_part_deducted_from_a_freeze_leaves_the_rest_of_the_debt_secured(w, django_capture_on_commit_callbacks):
    charge = factories_judicial.overdue(w.company)
    frozen = factories_judicial.frozen(w, charge)
    order = frozen.detail.pay_order
    type(order).objects.filter(pk=order.pk).update(pay_by=clock.today() - dt.timedelta(days=1))
    order.refresh_from_db()
    given = {"pay_order": order, "preservation": frozen.detail, "limit": Decimal("10000.00")}
    case = factories_judicial.at_bank(w, "frozen", **given)
    with django_capture_on_commit_callbacks(execute=True):
        cases.perform(case, "answer", w.bank, **factories_judicial.done("4000.00"))
    frozen = type(frozen).objects.get(pk=frozen.pk)
    assert (frozen.state, frozen.office, frozen.detail.frozen) == ("in_force", w.office, Decimal("6000.00"))
    assert not IssuedDocument.objects.filter(kind="release-notice").exists()
    rest = factories_judicial.at_bank(w, "frozen", **{**given, "limit": Decimal("6000.00")})
    with django_capture_on_commit_callbacks(execute=True):
        cases.perform(rest, "answer", w.bank, **factories_judicial.done("6000.00", "B-2"))
    frozen = type(frozen).objects.get(pk=frozen.pk)
    assert (frozen.state, frozen.detail.frozen) == ("releasing", 0)


# --- social insurance, by the same tables ----------------------------------------------------------


def test_contributions_are_deducted_by_decision_of_the_department_and_security_follows(w):
    hrss = factories_judicial.department()
    charge = factories_judicial.overdue(w.company, "8000.00", levy="pension")
    tax = factories_judicial.overdue(w.company, "5000.00")
    wrong = factories_judicial.pay_order(w, tax)
    refused("pay_order", factories_judicial.asked, w, "insurance-deduct", limit=Decimal(1), pay_order=wrong)
    order = factories_judicial.pay_order(w, charge, regime="insurance")
    case = factories_judicial.asked(w, "insurance-deduct", limit=Decimal("8000.00"), pay_order=order)
    assert case.office == hrss.office
    case = cases.perform(case, "approve", hrss)
    case = cases.perform(case, "answer", w.bank, **factories_judicial.done("3000.00"))
    assert case.state == "short"
    charge.refresh_from_db()
    assert charge.paid == Decimal("3000.00")
    case = cases.perform(case, "ask_security", w.clerk, reason="请提供房产抵押。")
    until = clock.today() + dt.timedelta(days=90)
    case = cases.perform(case, "agree", w.clerk, security="厂房抵押", until=until)
    due = charge.due
    charge.refresh_from_db()
    assert (case.state, charge.due, case.detail.deferred_until) == ("agreed", due, until)  # the late fee runs on
    again = partial(factories_judicial.asked, w, "insurance-deduct", limit=Decimal("5000.00"), pay_order=order)
    refused("deferred", again)
    with time_machine.travel(NOW + dt.timedelta(days=91), tick=False):
        assert again().state == "approving"


def test_an_employers_accounts_are_asked_for_only_when_an_order_to_pay_contributions_has_run_out(w):
    ask = partial(factories_judicial.asked, w, "insurance-accounts", wants_accounts=True)
    refused("pay_order", ask)
    factories_judicial.pay_order(w, factories_judicial.overdue(w.company, "500.00"))  # taxes are another law
    refused("pay_order", ask)
    charge = factories_judicial.overdue(w.company, "8000.00", levy="pension")
    factories_judicial.pay_order(w, charge, regime="insurance", expired=False)
    refused("pay_order", ask)
    factories_judicial.pay_order(w, charge, regime="insurance")
    assert ask().state == "approving"


def test_each_power_names_its_law_and_insurance_is_never_frozen():
    assert all(ground.clause.startswith("《") for ground in GROUNDS.values())
    assert not [each for each in GROUNDS.values() if each.regime == "insurance" and each.measure == "freeze"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    principal=st.decimals(min_value=1, max_value=10**6, places=2),
    days=st.integers(min_value=1, max_value=400),
    over=st.decimals(min_value=Decimal("0.01"), max_value=100, places=2),
)
def test_no_measure_reaches_beyond_what_is_owed(w, principal, days, over):
    with transaction.atomic():
        charge = factories_judicial.overdue(w.company, str(principal), days=days)
        order = factories_judicial.pay_order(w, charge)
        ground = GROUNDS["overdue"]
        most = owed.most(ground, w.company, clock.today(), order)
        assert most == principal + owed.rows(w.company, "tax", clock.today(), order)[0].late_fee
        refused("above_owed", factories_judicial.asked, w, "overdue", limit=most + over, pay_order=order)
        assert factories_judicial.asked(w, "overdue", limit=most, pay_order=order).state == "approving"
        transaction.set_rollback(True)


def test_who_may_not_ask(w):
    for outsider in (w.chief, w.head, w.bank, w.owner, factories.staff(factories.tax_office())):
        with pytest.raises(PermissionDenied):
            asking.ask(
                "accounts",
                w.company,
                actor=outsider,
                idempotency_key="outsider-1",
                bank=w.bank.office,
                facts="x",
                first_certificate="1",
                second_officer=w.colleague.user,
                second_certificate="2",
                wants_accounts=True,
            )
