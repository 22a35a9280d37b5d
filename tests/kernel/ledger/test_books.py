"""The database holds the books together, whatever writes to them."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum

from apps.kernel.ledger import charges, journal
from apps.kernel.ledger.models import (
    Account,
    Allocation,
    Charge,
    JournalEntry,
    Levy,
    Overpayment,
    Payment,
    PaymentLine,
    Posting,
)
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from tests import factories
from tests.factories_ledger import owed, paid

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def at_commit(write=lambda: None) -> None:
    """Write, then let the deferred constraints speak as they would at commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        write()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_an_entry_that_does_not_balance_is_refused():
    party, uneven = factories.company(), {Account.CLEARING: Decimal(5), Account.RECEIVABLE: Decimal(-4)}
    with pytest.raises(IntegrityError, match="does not balance"):
        at_commit(lambda: journal.post("adjustment", party, uneven, about="x"))


@pytest.mark.parametrize("postings", [{}, {Account.CLEARING: Decimal(0)}])
def test_an_entry_needs_two_postings(postings):
    with pytest.raises(IntegrityError, match="does not balance"):
        at_commit(lambda: journal.post("adjustment", factories.company(), postings, about="x"))


def test_nothing_can_be_added_to_an_entry_that_unbalances_it():
    party = factories.company()
    even = {Account.RECEIVABLE: Decimal(5), Account.CLEARING: Decimal(-5)}
    whole = journal.post("adjustment", party, even, about="x")
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        Posting.objects.create(entry=whole, account_id=Account.CLEARING, party=party, amount=Decimal(1))


def test_a_charge_names_a_levy_of_the_register_and_a_levy_stays_on_it():
    charge = owed(factories.citizen().party)
    values = {field.attname: getattr(charge, field.attname) for field in Charge._meta.concrete_fields}
    with pytest.raises(IntegrityError, match="names what is not in ledger_levy"), transaction.atomic():
        Charge.objects.create(**values | {"id": None, "ref": "another", "levy_id": "no-such-levy"})
    for statement, words in (
        ("UPDATE ledger_charge SET levy_id = 'no-such-levy'", "names what is not in ledger_levy"),
        ("DELETE FROM ledger_levy", "stays as it is"),
        ("UPDATE ledger_levy SET code = 'other' WHERE code = 'vat'", "stays as it is"),
    ):
        with pytest.raises(IntegrityError, match=words), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_charges_assessed_together_are_one_entry_with_a_posting_a_payer():
    first, second = factories.company(), factories.company()
    given = [(first, "vat", "100.00"), (first, "pension", "50.00"), (second, "vat", "7.00")]
    made = charges.assess_many(
        [
            charges.Assessment(
                party=party,
                levy=levy,
                period="2026-09",
                amount=Decimal(amount),
                due=clock.today(),
                about=f"x/{levy}/{party.pk}",
            )
            for party, levy, amount in given
        ],
        about="delivery/1",
        actor=SYSTEM,
    )
    assert [(charge.party, charge.levy_id, str(charge.amount)) for charge in made] == given
    entry = JournalEntry.objects.get(about="delivery/1")
    owes = dict(entry.postings.filter(account="receivable").values_list("party", "amount"))
    assert owes == {first.pk: Decimal("150.00"), second.pk: Decimal("7.00")}
    brought = entry.postings.exclude(account="receivable")
    assert {row.account_id: (row.party, row.amount) for row in brought} == {
        Levy.objects.get(pk="vat").account_id: (None, Decimal("-107.00")),
        Levy.objects.get(pk="pension").account_id: (None, Decimal("-50.00")),
    }


@pytest.mark.parametrize("table", ["ledger_posting", "ledger_journalentry", "ledger_allocation"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_raw_sql_cannot_change_what_is_written(table, statement):
    actor = factories.citizen()
    paid(owed(actor.party), actor=actor)
    at_commit()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_an_allocation_beyond_the_charge_is_refused():
    actor = factories.citizen()
    charge = owed(actor.party, "100.00")
    with pytest.raises(IntegrityError, match="charge_paid_within_amount"), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(paid=Decimal("100.01"))


def test_an_allocation_the_charge_does_not_know_of_is_refused():
    actor = factories.citizen()
    charge = owed(actor.party, "100.00")
    payment = paid(owed(actor.party), actor=actor)
    at_commit()
    with pytest.raises(IntegrityError, match=r"does not match its allocations|not fully accounted for"):
        at_commit(
            lambda: Allocation.objects.create(
                charge=charge, payment=payment, component="principal", amount=Decimal("1.00")
            )
        )


def test_money_received_must_be_accounted_for():
    actor = factories.citizen()
    payment = paid(owed(actor.party), actor=actor)
    at_commit()
    with pytest.raises(IntegrityError, match="not fully accounted for"):
        at_commit(
            lambda: Overpayment.objects.create(payment=payment, party=actor.party, amount=Decimal("0.01"), reason="x")
        )


def test_one_charge_has_one_live_payment():
    actor = factories.citizen()
    charge = owed(actor.party)
    for expected in (1, None):
        payment = Payment(
            party=actor.party,
            amount=Decimal(1),
            valued_on=charge.due,
            expires_at=charge.assessed_at,
            return_url="http://x/",
        )
        payment.save()
        if expected:
            PaymentLine.objects.create(payment=payment, charge=charge, principal=Decimal(1), late_fee=Decimal(0))
        else:
            with pytest.raises(IntegrityError, match="payment_line_one_live"), transaction.atomic():
                PaymentLine.objects.create(payment=payment, charge=charge, principal=Decimal(1), late_fee=Decimal(0))


def test_a_payment_is_booked_once():
    actor = factories.citizen()
    payment = paid(owed(actor.party), actor=actor)
    with pytest.raises(IntegrityError, match="entry_once_per_event"), transaction.atomic():
        JournalEntry.objects.create(kind="payment", about=payment.about)


def test_every_levy_of_the_file_has_an_account_and_a_source():
    assert Levy.objects.count() > 20
    assert not Levy.objects.filter(source="").exists()
    assert Levy.objects.get(pk="vat").account.name == "国内增值税"


def test_the_books_agree_with_the_account_after_a_long_story():
    actor = factories.citizen()
    one, two = owed(actor.party, "300.00"), owed(actor.party, "200.00", levy="stamp")
    paid(one, two, actor=actor)
    charges.adjust(one, Decimal("120.00"), reason="更正申报", actor=SYSTEM)
    charges.adjust(two, Decimal("260.00"), reason="补充申报", actor=SYSTEM)
    at_commit()
    balances = dict(
        Posting.objects.filter(party=actor.party).values_list("account").annotate(total=Sum("amount")).order_by()
    )
    assert balances["receivable"] == Decimal("60.00")
    assert balances["refundable"] == Decimal("-180.00")
    assert balances["clearing"] == Decimal("500.00")
    assert sum(balances.values()) == 0
