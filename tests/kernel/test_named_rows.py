"""What a row names is there, asked once a statement: it holds as a foreign key does, whatever writes and when."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from apps.kernel.ledger import charges
from apps.kernel.ledger.models import Account, Charge, JournalEntry, Posting
from apps.kernel.parties.models import Party
from tests import factories, factories_fees
from tests.at_once import at_once
from tests.factories_ledger import owed

pytestmark = pytest.mark.django_db
NOWHERE = 987_654_321_000
POSTED = """INSERT INTO ledger_posting (entry_id, account_id, amount)
SELECT %s, code, amount FROM (VALUES ('receivable', 1), ('clearing', -1)) even (code, amount)"""


def run(statement: str, *values) -> None:
    """Write as plain SQL, and let what waits for the commit speak."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_charge SET party_id = %s",
        "UPDATE collaboration_feesource SET charge_id = %s",
        "UPDATE collaboration_feesource SET delivery_id = %s",
        "UPDATE collaboration_feesource SET office_id = %s",
        POSTED,
    ],
)
def test_a_row_names_what_is_there(statement):
    factories_fees.source(factories_fees.officer(), factories.company())
    with pytest.raises(IntegrityError, match="names what is not in"):
        run(statement, NOWHERE)


def test_so_do_many_rows_of_one_statement():
    charge = owed(factories.citizen().party)
    values = {field.attname: getattr(charge, field.attname) for field in Charge._meta.concrete_fields}
    rows = [Charge(**values | {"id": None, "ref": f"many-{number}"}) for number in range(40)]
    rows[17].party_id = NOWHERE
    with pytest.raises(IntegrityError, match="names what is not in parties_party"), transaction.atomic():
        Charge.objects.bulk_create(rows)
    rows[17].party_id = charge.party_id
    Charge.objects.bulk_create(rows)
    assert Charge.objects.filter(party=charge.party_id).count() == 41


def test_one_line_of_many_that_names_no_account_is_refused():
    entry = JournalEntry.objects.filter(about=f"charge/{owed(factories.citizen().party).ref}").get()
    even = {Account.CLEARING: 1, "no-such-account": -1}
    lines = [Posting(entry=entry, account_id=code, amount=amount) for code, amount in even.items()]
    with pytest.raises(IntegrityError, match="names what is not in ledger_account"), transaction.atomic():
        Posting.objects.bulk_create(lines)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger_charge",
        "UPDATE ledger_charge SET id = id + 1000000",
        "DELETE FROM ledger_account",
    ],
)
def test_what_is_named_and_never_goes_stays(statement):
    factories_fees.source(factories_fees.officer(), factories.company())
    with pytest.raises(IntegrityError, match="stays as it is"):
        run(statement)


@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "UPDATE {} SET office_id = (SELECT min(id) FROM parties_office)"]
)
def test_what_may_go_stays_while_it_is_named(statement):
    factories.tax_office()
    named = factories_fees.source(factories_fees.officer(), factories.company()).delivery
    refused = factories_fees.delivered(factories_fees.officer(), factories_fees.row(), control_count=2)
    with pytest.raises(IntegrityError, match="collaboration_feesource still names"):
        run(f"{statement.format('collaboration_feedelivery')} WHERE id = %s", named.pk)
    run(f"{statement.format('collaboration_feedelivery')} WHERE id = %s", refused.pk)


def test_a_payer_goes_only_while_nothing_names_it():
    payer, nobody = factories.company(), Party.objects.create(name="无人提及", kind=Party.Kind.PERSON)
    owed(payer)
    with pytest.raises(IntegrityError, match="ledger_charge still names"):
        run("DELETE FROM parties_organisation; DELETE FROM parties_party WHERE id = %s", payer.pk)
    run("DELETE FROM parties_party WHERE id = %s", nobody.pk)


@pytest.mark.django_db(transaction=True)
def test_nor_in_the_moment_in_which_it_is_charged():
    payer = Party.objects.create(name="正在入账", kind=Party.Kind.PERSON)
    charged, going = threading.Event(), threading.Event()

    def charge() -> None:
        with transaction.atomic():
            owed(payer)
            charged.set()
            going.wait(10)

    def take_away() -> str:
        charged.wait(10)
        threading.Timer(0.5, going.set).start()  # the payer is being taken away by then, and waits
        try:
            run("DELETE FROM parties_party WHERE id = %s", payer.pk)
        except IntegrityError as refusal:
            return str(refusal)
        return "gone"

    _charge, answer = at_once(charge, take_away)
    assert "still names a row of parties_party" in answer
    assert charges.open_for(payer)
