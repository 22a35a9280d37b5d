"""Money others collected lands on the payer's account, once and to the fen (Arts 23, 29, 30)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.kernel.ledger import collections, payments, reconciliation, refunds
from apps.kernel.ledger.models import Account, Overpayment, Payment, Posting
from apps.kernel.ledger.signals import charge_paid
from apps.kernel.notifications.models import Message
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from tests import factories
from tests.factories_ledger import begun, notice, owed

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
BY = "case/SH2026000777"


def take(charges, amount="1000.00", *, key="k-1", day=None, **more):
    given = {"by": BY, "day": day or clock.today(), "actor": SYSTEM, "idempotency_key": key, **more}
    return collections.collect(charges, Decimal(amount), **given)


def books(party):
    rows = Posting.objects.filter(party=party).values_list("account").annotate(total=Sum("amount")).order_by()
    return {account: total for account, total in rows if total}


def test_the_payer_has_paid_whoever_holds_the_money():
    party = factories.citizen().party
    charge = owed(party)
    payment = take(charge, into=Account.WITH_COLLECTORS)
    charge.refresh_from_db()
    assert charge.outstanding == 0
    assert (payment.state, payment.received, payment.collected_by) == ("succeeded", Decimal("1000.00"), BY)
    assert books(party) == {"with-collectors": Decimal("1000.00"), "1010101": Decimal("-1000.00")}
    assert Message.objects.filter(party=party, template="payment-received").count() == 1


def test_the_same_money_comes_once():
    party = factories.citizen().party
    charge = owed(party)
    assert take(charge).pk == take(charge).pk
    assert Payment.objects.filter(party=party).count() == 1
    assert Message.objects.filter(party=party, template="payment-received").count() == 1


def test_a_key_stands_for_one_sum_of_money():
    charge = owed(factories.citizen().party)
    take(charge, "400.00")
    with pytest.raises(ValidationError, match="幂等键"):
        take(charge, "500.00")


def test_the_late_fee_runs_to_the_day_it_was_collected_not_to_the_day_it_was_told():
    charge = owed(factories.citizen().party, due=clock.today() - dt.timedelta(days=20))
    take(charge, "1005.00", day=clock.today() - dt.timedelta(days=10))
    charge.refresh_from_db()
    assert (charge.paid, charge.late_fee_fixed, charge.late_fee_paid) == (Decimal(1000), Decimal(5), Decimal(5))


def test_older_debts_first_and_the_rest_is_the_payers():
    party = factories.citizen().party
    young, old = owed(party, "300.00"), owed(party, "200.00", due=clock.today())
    payment = take([young, old], "450.00")
    young.refresh_from_db()
    old.refresh_from_db()
    assert (old.paid, young.paid) == (Decimal(200), Decimal(250))
    assert take([young, old], "100.00", key="k-2").pk != payment.pk
    assert Overpayment.objects.get(party=party).amount == Decimal(50)


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1.005"])
def test_an_amount_is_whole_fen_above_zero(amount):
    with pytest.raises(ValidationError, match="精确到分"):
        take(owed(factories.citizen().party), amount)


def test_not_of_two_payers_and_not_of_tomorrow():
    charge = owed(factories.citizen().party)
    with pytest.raises(ValidationError, match="同一缴费人"):
        take([charge, owed(factories.citizen().party)])
    with pytest.raises(ValidationError, match="晚于今天"):
        take(charge, day=clock.today() + dt.timedelta(days=1))


def test_a_payment_that_is_at_the_gateway_meanwhile_becomes_an_overpayment():
    actor = factories.citizen()
    charge = owed(actor.party)
    waiting = begun(charge, actor=actor)
    take(charge)
    payments.settle(notice(waiting))
    charge.refresh_from_db()
    assert charge.paid == Decimal(1000)
    assert Overpayment.objects.get(payment=waiting).amount == Decimal(1000)


def test_the_gateways_statement_is_not_asked_for_it():
    take(owed(factories.citizen().party))
    assert dict(reconciliation._here(clock.today())) == {}


def test_the_chapters_hear_of_a_paid_charge(django_capture_on_commit_callbacks):
    heard = []
    charge_paid.connect(listener := lambda sender, charge, **more: heard.append(charge.pk), weak=False)
    try:
        charge = owed(factories.citizen().party)
        with django_capture_on_commit_callbacks(execute=True):
            take(charge)
    finally:
        charge_paid.disconnect(listener)
    assert heard == [charge.pk]


def test_many_cost_as_many_statements_as_few():
    def of(many, name):
        rows = [
            collections.Collected((owed(factories.citizen().party),), Decimal("1000.00"), clock.today(), f"{name}-{n}")
            for n in range(many)
        ]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            collections.collect_many(rows, by=BY, actor=SYSTEM)
        return len(asked)

    assert of(2, "few") == of(12, "many")


@settings(max_examples=25, deadline=None)
@given(
    debts=st.lists(st.integers(1, 500_000), min_size=1, max_size=3),
    collected=st.integers(1, 2_000_000),
    late=st.integers(0, 400),
)
def test_no_fen_is_lost_however_much_is_collected(debts, collected, late):
    party = factories.citizen().party
    due = clock.today() - dt.timedelta(days=late)
    charges = [owed(party, str(Decimal(each) / 100), due=due) for each in debts]
    payment = take(charges, str(Decimal(collected) / 100), key=f"h-{party.ref}")
    on_charges = payment.allocations.aggregate(total=Sum("amount"))["total"] or 0
    over = payment.overpayments.aggregate(total=Sum("amount"))["total"] or 0
    assert on_charges + over == payment.received == Decimal(collected) / 100
    assert sum(books(party).values()) == 0


def test_what_a_collector_took_too_much_goes_back_by_the_treasury_and_is_put_on_record_once():
    office = factories.tax_office()
    payer = factories.citizen(office=office)
    clerk, chief = factories.staff(office), factories.staff(office, "chief", name="方志远")
    take(owed(payer.party), "1300.00")
    refund = refunds.request(Overpayment.objects.get(), reason="多收了一次", actor=payer)
    given = {"reference": "TK-2026-0001", "paid_on": clock.today()}
    with pytest.raises(ValidationError):
        refunds.paid_out(refund, actor=clerk, **given)  # nobody has approved it
    refund = refunds.approve(refund, reason="属实", actor=chief)
    assert refund.state == "approved"  # no gateway ever saw this money
    for outsider in (factories.staff(factories.tax_office("别的税务所")), payer):
        with pytest.raises(PermissionDenied):
            refunds.paid_out(refund, actor=outsider, **given)
    with pytest.raises(ValidationError):
        refunds.paid_out(refund, actor=clerk, **given | {"paid_on": clock.today() - dt.timedelta(days=1)})
    refund = refunds.paid_out(refund, actor=clerk, **given)
    assert (refund.state, refund.gateway_reference) == ("paid", "TK-2026-0001")
    assert "refundable" not in books(payer.party)
    assert Message.objects.filter(party=payer.party, template="refund-paid").count() == 1
    with pytest.raises(ValidationError):
        refunds.paid_out(refund, actor=clerk, **given | {"reference": "TK-2026-0002"})
