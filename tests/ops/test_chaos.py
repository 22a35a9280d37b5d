"""The checks of `make chaos` can see: what is planted - a lost case, an unbalanced entry, a stray message - is told."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection

from apps.datashare.pulls.models import Pull
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case, Step
from apps.kernel.ledger import payments
from apps.kernel.ledger.models import Payment
from apps.kernel.notifications import outbox
from apps.kernel.notifications.models import Delivery
from apps.services.procedures.deferral import DEFERRAL
from ops.chaos import inside, promises
from ops.chaos.load import DETAIL
from ops.chaos.storm import FAULTS, plan
from tests import factories, factories_pulls
from tests.factories_ledger import begun, notice, owed, paid

pytestmark = pytest.mark.django_db

NOBODY = {"mailbox": [], "sms": [], "onenet": []}


def planted(statement: str) -> None:
    """A fault no door of the portal lets through: the triggers stand aside."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")  # what was right until now
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def submitted(key: str) -> Case:
    """A case as the load submits it."""
    applicant = factories.citizen(office=factories.tax_office())
    return cases.open_submitted(DEFERRAL, applicant, DETAIL, idempotency_key=key)


# --- the storm -------------------------------------------------------------------------------------------


def test_a_seed_repeats_its_storm_and_every_kind_of_fault_comes():
    assert plan(7, 120) == plan(7, 120) != plan(8, 120)
    assert Counter(fault.what for fault in plan(7, 120)).keys() == FAULTS.keys()
    assert all(4 <= fault.at <= 116 for fault in plan(7, 120))


def test_a_storm_nobody_got_through_says_nothing():
    assert list(promises.enough({"submission": 3, "payment": 1})) == []
    assert list(promises.enough({"submission": 3, "payment": 0})) == ["no payment got through: nothing can be said"]


# --- the books ---------------------------------------------------------------------------------------------


def test_an_entry_that_does_not_balance_is_told():
    paid(owed((payer := factories.citizen()).party), actor=payer)
    assert list(promises.books()) == []
    planted("UPDATE ledger_posting SET amount = amount + 1 WHERE id = (SELECT min(id) FROM ledger_posting)")
    assert ["does not balance" in fault for fault in promises.books()] == [True, False]  # nor do the payer's charges


def test_a_charge_the_books_do_not_know_is_told():
    owed((payer := factories.citizen()).party)
    planted("UPDATE ledger_charge SET amount = amount + 1")
    (fault,) = promises.books()
    assert fault == f"the books say party {payer.party.pk} owes another amount than its charges"


def test_money_on_no_charge_is_told():
    paid(owed((payer := factories.citizen()).party), actor=payer)
    planted("DELETE FROM ledger_allocation")
    assert {fault.split()[0] for fault in promises.books()} == {"charge", "payment"}


def test_an_order_that_was_paid_is_told_until_it_is_settled():
    payer = factories.citizen()
    payment = begun(owed(payer.party), actor=payer)
    at_gateway = {payment.number: payment.amount}
    assert ["was paid" in fault for fault in promises.orders(at_gateway)] == [True]
    payments.settle(notice(payment))
    assert list(promises.orders(at_gateway)) == []
    assert list(promises.orders({payment.number: payment.amount + 1}))
    assert list(promises.orders({"P0": Decimal(1)})) == ["order P0 was paid and is unknown here"]
    Payment.objects.filter(pk=payment.pk).update(number="P-other")
    assert list(promises.orders(at_gateway))


# --- cases -------------------------------------------------------------------------------------------------


def test_a_case_that_was_acknowledged_and_lost_is_told():
    case = submitted("chaos-000001")
    assert list(promises.cases({"chaos-000001": case.number})) == []
    assert list(promises.cases({"chaos-000001": case.number, "chaos-000002": "SH2026999999"})) == [
        "case SH2026999999 was acknowledged and is not there"
    ]


def test_a_key_that_made_two_cases_is_told():
    first, second = submitted("chaos-000001"), submitted("chaos-000001")  # two people, one key
    (fault,) = promises.cases({"chaos-000001": second.number})
    assert fault == f"key chaos-000001 made {first.number}, {second.number}"


def test_half_a_case_is_told():
    case = submitted("chaos-000001")
    planted(f"DELETE FROM {Step._meta.db_table} WHERE case_id = {case.pk}")
    assert list(promises.cases({"chaos-000001": case.number})) == [
        f"case {case.number}: 0 x submission on its timeline"
    ]


# --- messages ------------------------------------------------------------------------------------------------


def test_a_message_that_waits_never_arrived_or_is_not_ours_is_told():
    taxpayer = factories.citizen()
    taxpayer.party.email = "wang@example.cn"
    taxpayer.party.save()
    outbox.send("payment-received", taxpayer.party, {"number": "P1", "amount": Decimal(1), "paid_on": None})
    mail = Delivery.objects.get(channel="email")
    assert list(promises.outbox(NOBODY)) == ["mailbox: 1 messages still wait"]

    mail.state, mail.sent_at = Delivery.State.DELIVERED, mail.next_attempt_at
    mail.save()
    assert list(promises.outbox(NOBODY)) == [f"mailbox: {mail.pk} is marked delivered and never arrived"]
    assert list(promises.outbox({**NOBODY, "mailbox": [str(mail.pk)]})) == []
    assert list(promises.outbox({**NOBODY, "mailbox": [str(mail.pk), "x"]})) == ["mailbox: x arrived and is not ours"]

    Delivery.objects.filter(pk=mail.pk).update(state=Delivery.State.DEAD, sent_at=None)
    assert list(promises.outbox(NOBODY)) == []


def test_waits_are_over_at_once_but_not_those_of_a_sender_at_work():
    taxpayer = factories.citizen()
    taxpayer.party.email = "wang@example.cn"
    taxpayer.party.save()
    outbox.send("payment-received", taxpayer.party, {"number": "P1", "amount": Decimal(1), "paid_on": None})
    mail = Delivery.objects.get(channel="email")
    now = inside.clock.now()
    for state, again_in, is_due in (
        (Delivery.State.FAILED, inside.LEASE * 10, True),
        (Delivery.State.SENDING, inside.LEASE, False),
        (Delivery.State.SENDING, inside.LEASE - inside.SENT_BY_NOW * 2, True),
    ):
        Delivery.objects.filter(pk=mail.pk).update(state=state, next_attempt_at=now + again_in)
        inside.time_passes()
        mail.refresh_from_db()
        assert (mail.next_attempt_at <= inside.clock.now()) is is_due


# --- runs and evidence -----------------------------------------------------------------------------------------


def test_a_run_nobody_works_on_is_told():
    officer = factories.staff(factories.department(), "officer")
    source = factories_pulls.source(factories_pulls.entry(officer))
    run = Pull.objects.create(source=source, version=source.dataset.current, kind=Pull.Kind.MANUAL)
    assert list(promises.runs()) == [f"pull {run.pk} is not at its end"]


def test_altered_evidence_is_told():
    submitted("chaos-000001")
    assert list(promises.evidence()) == []
    planted("ALTER TABLE audit_event DISABLE TRIGGER audit_no_change; UPDATE audit_event SET action = 'withdraw'"
            " WHERE action = 'submit'")  # fmt: skip
    assert any("audit_no_change" in fault for fault in promises.evidence())
    assert any(fault.startswith("case/") for fault in promises.evidence())


def test_departments_messages_that_are_not_there_are_told():
    assert list(promises.partners(["CHAOS0001"], ["chaos-0001"])) == [
        "fee source CHAOS0001 is there 0 times",
        "insurance message chaos-0001 is there 0 times, with 0 lines",
    ]
