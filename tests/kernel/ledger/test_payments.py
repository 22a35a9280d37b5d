"""What becomes of a payment, whatever the gateway says, in whatever order, however often."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections

from apps.kernel.audit.models import Event
from apps.kernel.ledger import exceptions, payments, refunds
from apps.kernel.ledger.models import (
    Charge,
    JournalEntry,
    Overpayment,
    Payment,
    PaymentException,
    PaymentLine,
    Refund,
)
from apps.kernel.ledger.signals import charge_paid
from apps.kernel.notifications.models import Message
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from tests import factories
from tests.factories_ledger import RETURN_URL, begun, notice, owed, paid

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def payer() -> Actor:
    return factories.citizen()


def manager() -> Actor:
    user = factories.user("系统管理员")
    user.is_superuser = True
    user.save()
    return Actor(user=user)


# --- begin -----------------------------------------------------------------------------------------


def test_beginning_freezes_what_is_owed_and_begins_once(payer):
    charge = owed(payer.party, "100.00")
    payment = begun(charge, actor=payer)
    assert (payment.amount, payment.state) == (D("100.00"), Payment.State.CREATED)
    assert payment.return_url.endswith(f"/payments/{payment.number}/")
    assert begun(charge, actor=payer) == payment
    assert Payment.objects.count() == 1


def test_a_charge_in_a_live_payment_cannot_join_another(payer):
    one, two = owed(payer.party), owed(payer.party, levy="stamp")
    payment = begun(one, actor=payer)
    with pytest.raises(payments.BeingPaid) as error:
        begun(one, two, actor=payer)
    assert error.value.payment == payment


def test_a_paid_charge_cannot_be_paid_again(payer):
    charge = owed(payer.party)
    paid(charge, actor=payer)
    with pytest.raises(ValidationError, match="已经缴清"):
        begun(charge, actor=payer)


def test_a_strangers_charge_is_not_found(payer):
    with pytest.raises(Charge.DoesNotExist):
        begun(owed(factories.company()), actor=payer)


def test_staff_cannot_pay_for_a_payer():
    office = factories.tax_office()
    with pytest.raises(PermissionDenied):
        begun(owed(factories.company(office=office)), actor=factories.staff(office))


# --- settle ----------------------------------------------------------------------------------------


def test_success_puts_the_money_on_the_charges_tells_the_payer_and_leaves_evidence(
    payer, django_capture_on_commit_callbacks
):
    heard = []

    def listen(sender, charge, payment, **kwargs):
        heard.append((charge.ref, payment.number))

    charge_paid.connect(listen)
    charge = owed(payer.party, "100.00")
    payment = begun(charge, actor=payer)
    with django_capture_on_commit_callbacks(execute=True):
        assert payments.settle(notice(payment)) == "settled"
    charge_paid.disconnect(listen)
    charge.refresh_from_db()
    payment.refresh_from_db()
    assert charge.state(charge.due) == Charge.State.PAID
    assert payment.announced_at is not None
    assert heard == [(charge.ref, payment.number)]
    assert "100.00" in Message.objects.get(about=payment.about).subject
    assert Event.objects.filter(stream=f"party/{payer.party.ref}", action="payment-settled").exists()


def test_a_listener_that_fails_is_told_again(payer, django_capture_on_commit_callbacks):
    def fail(sender, **kwargs):
        raise RuntimeError

    charge_paid.connect(fail)
    payment = begun(owed(payer.party), actor=payer)
    with django_capture_on_commit_callbacks(execute=True):
        payments.settle(notice(payment))
    charge_paid.disconnect(fail)
    payment.refresh_from_db()
    assert payment.announced_at is None
    payments.announce(payment)
    payment.refresh_from_db()
    assert payment.announced_at is not None


def test_the_same_notice_twice_is_one_booking(payer):
    payment = begun(owed(payer.party), actor=payer)
    one = notice(payment)
    assert [payments.settle(one), payments.settle(one)] == ["settled", "replayed"]
    assert JournalEntry.objects.filter(kind="payment").count() == 1


def test_a_second_success_with_a_new_nonce_books_nothing(payer):
    payment = begun(owed(payer.party), actor=payer)
    assert [payments.settle(notice(payment)), payments.settle(notice(payment))] == ["settled", "already settled"]
    assert JournalEntry.objects.filter(kind="payment").count() == 1


@pytest.mark.parametrize("status", ["failed", "expired", "closed"])
def test_failure_after_success_changes_nothing_and_waits_for_a_person(payer, status):
    payment = paid(owed(payer.party), actor=payer)
    payments.settle(notice(payment, status))
    payment.refresh_from_db()
    assert payment.state == Payment.State.SUCCEEDED
    assert PaymentException.objects.get().kind == "failed_after_success"


@pytest.mark.parametrize("status", ["failed", "expired"])
def test_success_after_the_end_is_booked_all_the_same(payer, status):
    charge = owed(payer.party)
    payment = begun(charge, actor=payer)
    payments.settle(notice(payment, status))
    assert not PaymentLine.objects.filter(live=True).exists()
    assert payments.settle(notice(payment)) == "settled"
    charge.refresh_from_db()
    assert charge.outstanding == 0


def test_success_after_another_payment_paid_the_charge_is_to_be_refunded(payer):
    charge = owed(payer.party, "100.00")
    late = begun(charge, actor=payer)
    payments.settle(notice(late, "expired"))
    paid(charge, actor=payer)
    assert payments.settle(notice(late)) == "settled"
    assert Overpayment.objects.get().amount == D("100.00")


def test_failure_frees_the_charge(payer):
    charge = owed(payer.party)
    first = begun(charge, actor=payer)
    payments.settle(notice(first, "failed"))
    assert begun(charge, actor=payer) != first


def test_a_wrong_amount_is_never_booked_by_itself(payer):
    payment = begun(owed(payer.party, "100.00"), actor=payer)
    for _ in range(2):
        assert payments.settle(notice(payment, amount="99.99")) == "wrong_amount"
    assert PaymentException.objects.count() == 1
    assert not JournalEntry.objects.filter(kind="payment").exists()


def test_an_unknown_order_is_an_exception(payer):
    stranger = Payment(number="P-nobody", amount=D("5.00"))
    assert payments.settle(notice(stranger)) == "unknown_order"
    assert PaymentException.objects.get().number == "P-nobody"


def test_a_person_books_what_was_truly_received(payer):
    charge = owed(payer.party, "100.00")
    payment = begun(charge, actor=payer)
    payments.settle(notice(payment, amount="60.00"))
    exceptions.resolve(PaymentException.objects.get(), "book", note="核对银行流水，实收 60 元", actor=manager())
    charge.refresh_from_db()
    assert (charge.paid, charge.outstanding) == (D("60.00"), D("40.00"))
    with pytest.raises(ValidationError, match="已经处理"):
        exceptions.resolve(PaymentException.objects.get(), "dismiss", note="再来", actor=manager())


def test_a_dismissed_exception_frees_the_charge(payer):
    charge = owed(payer.party, "100.00")
    payments.settle(notice(begun(charge, actor=payer), amount="60.00"))
    exceptions.resolve(PaymentException.objects.get(), "dismiss", note="支付机构撤销该笔", actor=manager())
    assert begun(charge, actor=payer).state == Payment.State.CREATED


@pytest.mark.parametrize("kind", ["unknown_order", "failed_after_success"])
def test_only_a_wrong_amount_can_be_booked(payer, kind):
    if kind == "unknown_order":
        payments.settle(notice(Payment(number="P-nobody", amount=D("5.00"))))
    else:
        payments.settle(notice(paid(owed(payer.party), actor=payer), "failed"))
    with pytest.raises(ValidationError):
        exceptions.resolve(PaymentException.objects.get(), "book", note="x", actor=manager())


def test_resolving_an_exception_needs_the_right(payer):
    payments.settle(notice(Payment(number="P-nobody", amount=D("5.00"))))
    with pytest.raises(PermissionDenied):
        exceptions.resolve(PaymentException.objects.get(), "dismiss", note="x", actor=payer)
    assert PaymentException.objects.get().resolved_at is None


# --- refunds ---------------------------------------------------------------------------------------


@pytest.fixture
def overpaid(payer):
    office = factories.tax_office()
    payer.party.office = office
    payer.party.save()
    charge = owed(payer.party, "100.00")
    late = begun(charge, actor=payer)
    payments.settle(notice(late, "expired"))
    paid(charge, actor=payer)
    payments.settle(notice(late))
    return Overpayment.objects.get()


def chief_of(overpayment) -> Actor:
    return factories.staff(overpayment.party.office, Role.CHIEF)


def test_an_overpayment_is_asked_back_once(payer, overpaid):
    refund = refunds.request(overpaid, reason="重复缴款", actor=payer)
    assert (refund.amount, refund.state) == (D("100.00"), Refund.State.REQUESTED)
    with pytest.raises(ValidationError, match="已申请退还"):
        refunds.request(overpaid, reason="再来", actor=payer)


def test_a_stranger_cannot_ask_it_back(overpaid):
    with pytest.raises(PermissionDenied):
        refunds.request(overpaid, reason="我的", actor=factories.citizen())


def test_approval_waits_at_the_gateway_until_it_answers(payer, overpaid):
    refund = refunds.approve(
        refunds.request(overpaid, reason="重复缴款", actor=payer), reason="属实", actor=chief_of(overpaid)
    )
    assert refund.state == Refund.State.APPROVED  # no gateway in this test


def test_nobody_approves_their_own_request(overpaid):
    chief = chief_of(overpaid)
    refund = refunds.request(overpaid, reason="税务机关发现", actor=chief)
    with pytest.raises(PermissionDenied):
        refunds.approve(refund, reason="", actor=chief)
    assert Event.objects.using("evidence").filter(action="refund-approved", stream__startswith="denied/").exists()


@pytest.mark.parametrize("who", ["clerk", "other_office", "payer"])
def test_only_a_chief_of_the_office_in_charge_decides(payer, overpaid, who):
    refund = refunds.request(overpaid, reason="重复缴款", actor=payer)
    actor = {
        "clerk": lambda: factories.staff(overpaid.party.office, Role.CLERK),
        "other_office": lambda: factories.staff(factories.tax_office("静安区税务局"), Role.CHIEF),
        "payer": lambda: payer,
    }[who]()
    with pytest.raises(PermissionDenied):
        refunds.approve(refund, reason="", actor=actor)
    with pytest.raises(PermissionDenied):
        refunds.reject(refund, reason="不", actor=actor)
    refund.refresh_from_db()
    assert refund.state == Refund.State.REQUESTED


def test_a_rejected_refund_says_why_and_may_be_asked_again(payer, overpaid):
    refund = refunds.request(overpaid, reason="重复缴款", actor=payer)
    with pytest.raises(ValidationError, match="理由"):
        refunds.reject(refund, reason=" ", actor=chief_of(overpaid))
    refunds.reject(refund, reason="材料不足", actor=chief_of(overpaid))
    assert refunds.request(overpaid, reason="已补材料", actor=payer).state == Refund.State.REQUESTED


# --- at the same moment ------------------------------------------------------------------------------


def at_once(*calls) -> list:
    """Run the calls in threads that start together; what each returned or raised."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(run, call) for call in calls]
    return [future.exception() or future.result() for future in futures]


@pytest.mark.django_db(transaction=True)
def test_two_payments_for_overlapping_charges_at_once_are_one(settings):
    settings.PAYMENT_GATEWAY_URL = "http://127.0.0.1:1"
    payer = factories.citizen()
    one, two, three = (owed(payer.party, levy=levy) for levy in ("vat", "stamp", "deed"))
    results = at_once(
        *[
            lambda chosen=chosen: payments.begin(chosen, actor=payer, return_url=RETURN_URL)
            for chosen in ([one, two], [two, three], [two], [one, two])
        ]
    )
    assert Payment.objects.count() >= 1
    lines = PaymentLine.objects.filter(live=True)
    assert lines.filter(charge=two).count() == 1
    winners = {result for result in results if isinstance(result, Payment)}
    assert len(winners) == 1
    assert all(isinstance(result, Payment | payments.BeingPaid) for result in results)


@pytest.mark.django_db(transaction=True)
def test_doubled_callbacks_in_threads_book_once(settings):
    settings.PAYMENT_GATEWAY_URL = "http://127.0.0.1:1"
    payer = factories.citizen()
    charge = owed(payer.party)
    payment = begun(charge, actor=payer)
    same = notice(payment, nonce="the-same")
    results = at_once(
        *[lambda: payments.settle(same)] * 4,
        *[lambda: payments.settle(notice(payment)) for _ in range(2)],
        lambda: payments.settle(notice(payment, "failed")),
    )
    assert not [result for result in results if isinstance(result, Exception)]
    payment.refresh_from_db()
    charge.refresh_from_db()
    assert (payment.state, charge.outstanding) == (Payment.State.SUCCEEDED, 0)
    assert JournalEntry.objects.filter(kind="payment").count() == 1


def test_a_payment_of_yesterday_is_not_continued_today(payer):
    charge = owed(payer.party)
    with time_machine.travel("2026-11-05T15:50:00Z", tick=False):  # ten minutes to midnight in Shanghai
        charge.refresh_from_db()
        payment = begun(charge, actor=payer)
    with time_machine.travel("2026-11-05T16:05:00Z", tick=False), pytest.raises(payments.BeingPaid) as error:
        begun(charge, actor=payer)
    assert error.value.payment == payment
