"""The portal and the sandbox gateway as two real processes: lost, doubled, late, killed."""

import datetime as dt
import signal
import time
from decimal import Decimal

import httpx
import pytest

from apps.kernel.ledger import charges, payments, reconciliation, refunds
from apps.kernel.ledger import gateway as interface
from apps.kernel.ledger.models import (
    Charge,
    GatewayNotice,
    JournalEntry,
    Overpayment,
    Payment,
    PaymentException,
    ReconciliationRow,
    Refund,
)
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from sandbox.gateway.store import Store
from tests import factories
from tests.factories_ledger import begun, notice, owed
from tests.processes import ports, running

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def soon(check, seconds: float = 15) -> None:
    """Wait until something is so; fail when it does not become so."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.1)


def state_of(payment: Payment) -> str:
    return Payment.objects.get(pk=payment.pk).state


def settled(payment: Payment):
    return lambda: state_of(payment) == Payment.State.SUCCEEDED


def age(*rows: Payment) -> None:
    """Make payments old enough for the sweep."""
    Payment.objects.filter(pk__in=[row.pk for row in rows]).update(created_at=clock.now() - dt.timedelta(minutes=2))


@pytest.fixture
def payer():
    return factories.citizen()


# --- with the portal listening -----------------------------------------------------------------


def test_a_callback_settles_the_payment(portal, gateway_control, payer):
    payment = begun(owed(payer.party), actor=payer)
    assert payment.state == Payment.State.AT_GATEWAY
    gateway_control.pays(payment)
    soon(settled(payment))
    assert JournalEntry.objects.filter(kind="payment").count() == 1


def test_a_doubled_callback_books_once(portal, gateway_control, payer):
    payment = begun(owed(payer.party), actor=payer)
    gateway_control(plans=["double"])
    gateway_control.pays(payment)
    soon(lambda: GatewayNotice.objects.filter(number=payment.number).count() == 2)
    assert JournalEntry.objects.filter(kind="payment").count() == 1


def test_callbacks_out_of_order_end_in_success(portal, gateway_control, payer):
    payment = begun(owed(payer.party), actor=payer)
    gateway_control(plans=["hold"])
    gateway_control.pays(payment)
    gateway_control(say=payment.number, status="failed")
    soon(lambda: state_of(payment) == Payment.State.FAILED)
    soon(settled(payment))


def test_callbacks_are_repeated_until_the_portal_takes_them(gateway_control, payer, request):
    """The portal is away when the payer pays; its first answer comes after it is back."""
    payment = begun(owed(payer.party), actor=payer)
    gateway_control.pays(payment)
    time.sleep(1)
    request.getfixturevalue("portal")
    soon(settled(payment), 30)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"{}", 401),
        ({"X-Timestamp": "1", "X-Nonce": "n", "X-Signature": "0" * 64}, b"{}", 401),
    ],
)
def test_an_unsigned_callback_is_refused(client, headers, body, status):
    answer = client.post("/payments/callback/", body, content_type="application/json", headers=headers)
    assert answer.status_code == status
    assert not GatewayNotice.objects.exists()


# --- without callbacks -------------------------------------------------------------------------


def test_the_sweep_settles_what_a_lost_callback_did_not(gateway_control, payer):
    payment, unpaid = begun(owed(payer.party), actor=payer), begun(owed(payer.party), actor=payer)
    gateway_control(plans=["drop"])
    gateway_control.pays(payment)
    assert reconciliation.sweep() == 0  # still left to their callbacks
    age(payment, unpaid)
    assert reconciliation.sweep() == 2
    assert state_of(payment) == Payment.State.SUCCEEDED
    assert state_of(unpaid) == Payment.State.AT_GATEWAY


def test_an_order_whose_time_is_up_is_closed_before_the_charge_is_free(gateway_control, payer):
    charge = owed(payer.party)
    payment = begun(charge, actor=payer)
    age(payment)
    Payment.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))
    reconciliation.sweep()
    assert state_of(payment) == Payment.State.EXPIRED
    assert "已由商户关闭" in httpx.get(payment.pay_url).text
    assert begun(charge, actor=payer).state == Payment.State.AT_GATEWAY


def test_a_payment_given_up_after_it_was_paid_is_paid(gateway_control, payer):
    payment = begun(owed(payer.party), actor=payer)
    gateway_control(plans=["drop"])
    gateway_control.pays(payment)
    assert payments.abandon(payment, actor=payer).state == Payment.State.SUCCEEDED


def test_a_wrong_amount_waits_for_a_person_however_often_it_is_told(gateway_control, payer):
    payment = begun(owed(payer.party, "100.00"), actor=payer)
    gateway_control(plans=["drop"])
    gateway_control.pays(payment, paid="99.00")
    age(payment)
    for _ in range(2):
        reconciliation.sweep()
    assert PaymentException.objects.get().kind == "wrong_amount"
    assert state_of(payment) == Payment.State.AT_GATEWAY


def test_a_gateway_that_is_killed_and_comes_back_forgets_nothing(neighbourhood, addresses, payer, tmp_path):
    command = ["sandbox.gateway", "--port", neighbourhood.gateway]
    command += ["--state", tmp_path / "orders.sqlite3"]
    up = {"at": neighbourhood, "ready": lambda: ports.answers(neighbourhood.gateway)}
    with running("gateway-1", *command, **up) as service:
        payment = begun(owed(payer.party), actor=payer)
        Store(tmp_path / "orders.sqlite3").finish(payment.number, "succeeded")
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
        other = begun(owed(payer.party), actor=payer)
        assert other.state == Payment.State.CREATED
        age(payment, other)
        reconciliation.sweep()
        assert state_of(payment) == Payment.State.AT_GATEWAY
    with running("gateway-2", *command, **up):
        assert payments.submit(other).state == Payment.State.AT_GATEWAY
        reconciliation.sweep()
        assert state_of(payment) == Payment.State.SUCCEEDED


def test_answers_not_signed_by_the_gateway_are_not_believed(gateway_control, payer, settings):
    payment = begun(owed(payer.party), actor=payer)
    settings.PAYMENT_CALLBACK_SECRET = "another"
    with pytest.raises(interface.Unreachable):
        interface.ask(payment.number)


def test_requests_not_signed_by_the_portal_are_not_served(gateway_control, payer, settings):
    settings.PAYMENT_GATEWAY_SECRET = "another"
    assert begun(owed(payer.party), actor=payer).state == Payment.State.CREATED


# --- the day's statement ---------------------------------------------------------------------------


def test_the_statement_shows_matches_and_every_kind_of_difference(gateway_control, payer):
    matched, lost, ghost, differing = (begun(owed(payer.party), actor=payer) for _ in range(4))
    gateway_control(plans=["drop"] * 3)
    gateway_control.pays(matched)
    gateway_control.pays(lost)
    gateway_control.pays(differing, paid="900.00")
    payments.refresh(matched)
    payments.settle(notice(ghost))
    payments.settle(notice(differing))
    report = reconciliation.compare(clock.today())
    kinds = dict(report.rows.values_list("number", "kind"))
    kind = ReconciliationRow.Kind
    assert kinds == {
        matched.number: kind.MATCHED,
        lost.number: kind.MISSING_HERE,
        ghost.number: kind.MISSING_THERE,
        differing.number: kind.DIFFERING,
    }
    assert report.control_ok
    assert (report.there_count, report.there_total) == (3, Decimal("2900.00"))
    assert state_of(lost) == Payment.State.SUCCEEDED  # what was missing here is settled at once
    assert Charge.objects.filter(paid__lt=1000).count() == 0


def test_control_totals_that_do_not_add_up_are_told():
    text = "kind,number,reference,amount,at\npayment,P1,G1,10.00,x\nrefund,R1,B1,4.00,x\nTOTAL,2,,{},\n"
    assert reconciliation.read_statement(text.format("6.00")).control_ok
    assert not reconciliation.read_statement(text.format("6.01")).control_ok
    with pytest.raises(reconciliation.BrokenStatement):
        reconciliation.read_statement("kind,number,reference,amount,at\npayment,P1,G1,ten,x\n")


# --- refunds -----------------------------------------------------------------------------------------


@pytest.fixture
def overpaid(gateway_control, payer):
    office = factories.tax_office()
    payer.party.office = office
    payer.party.save()
    charge = owed(payer.party, "100.00")
    payment = begun(charge, actor=payer)
    gateway_control(plans=["drop"])
    gateway_control.pays(payment)
    payments.refresh(payment)
    charges.adjust(charge, Decimal("40.00"), reason="更正申报", actor=payer)
    return Overpayment.objects.get()


def test_an_approved_refund_is_paid_once(overpaid, gateway_control, payer):
    refund = refunds.request(overpaid, reason="更正申报后多缴", actor=payer)
    gateway_control(plans=["drop"])
    refund = refunds.approve(refund, reason="属实", actor=factories.staff(payer.party.office, Role.CHIEF))
    assert refund.state == Refund.State.PAID
    for _ in range(2):
        refunds.pay(refund)
    assert JournalEntry.objects.filter(kind="refund").count() == 1


def test_a_refund_the_gateway_takes_its_time_over_is_asked_about(overpaid, gateway_control, payer):
    gateway_control(refunds_end_as="pending")
    refund = refunds.request(overpaid, reason="更正申报后多缴", actor=payer)
    refund = refunds.approve(refund, reason="属实", actor=factories.staff(payer.party.office, Role.CHIEF))
    assert refund.state == Refund.State.AT_GATEWAY
    gateway_control(plans=["drop"], finish=refund.number)
    Refund.objects.update(decided_at=clock.now() - dt.timedelta(minutes=2))
    reconciliation.sweep()
    refund.refresh_from_db()
    assert refund.state == Refund.State.PAID


def test_a_failed_refund_may_be_asked_for_again(overpaid, gateway_control, payer):
    gateway_control(refunds_end_as="failed", plans=["drop"])
    chief = factories.staff(payer.party.office, Role.CHIEF)
    refund = refunds.approve(refunds.request(overpaid, reason="多缴", actor=payer), reason="", actor=chief)
    assert refund.state == Refund.State.FAILED
    assert refunds.request(overpaid, reason="再次申请", actor=payer).state == Refund.State.REQUESTED
