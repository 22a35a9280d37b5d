"""What must be true whatever died: functions over the database and over what the world outside knows.

Each gives the faults it finds as sentences; none means the promise was kept. Django is set up by whoever calls.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from apps.collaboration.fees.models import FeeDelivery, FeeSource
from apps.collaboration.insurance.models import AssessedLine, InsuranceExchange
from apps.datashare.pulls.models import Pull
from apps.kernel.audit import verification
from apps.kernel.audit.models import Event
from apps.kernel.casework.models import Case
from apps.kernel.ledger.models import JournalEntry, Payment
from apps.kernel.notifications.models import ChannelCode, Delivery, Dispatch, Message
from apps.services.entitlement.models import MatchRun
from apps.services.filing.models import BatchItem
from apps.services.onenet.pushing import ONENET
from apps.supervision.credit.models import CreditRun
from apps.supervision.risk.models import RiskRun

# Work that goes on by itself: what of it is not at an end.
UNDER_WAY: dict[str, Callable[[], QuerySet[Any]]] = {
    "pull": lambda: Pull.objects.filter(state__in=Pull.UNDER_WAY),
    "match of policies": lambda: MatchRun.objects.filter(state=MatchRun.State.RUNNING),
    "risk run": lambda: RiskRun.objects.filter(state=RiskRun.State.RUNNING),
    "credit run": lambda: CreditRun.objects.filter(state__in=CreditRun.WORKING),
    "return of a batch": lambda: BatchItem.objects.filter(outcome=BatchItem.Outcome.WAITING),
    "delivery of fee sources": lambda: FeeDelivery.objects.filter(state=FeeDelivery.State.RECEIVED),
    "insurance message": lambda: InsuranceExchange.objects.filter(state=InsuranceExchange.State.RECEIVED),
}

# Who receives what.
OUTGOING: dict[str, Callable[[], list[QuerySet[Any]]]] = {
    "mailbox": lambda: [Delivery.objects.filter(channel=ChannelCode.EMAIL)],
    "sms": lambda: [Delivery.objects.filter(channel=ChannelCode.SMS)],
    "onenet": lambda: [Delivery.objects.filter(channel=ChannelCode.PUSH), Dispatch.objects.filter(destination=ONENET)],
}


def entries() -> int:
    """How many entries the books hold."""
    return JournalEntry.objects.count()


def events() -> int:
    """How many events the evidence holds."""
    return Event.objects.count()


def enough(happened: Mapping[str, int]) -> Iterator[str]:
    """A storm over a portal nobody got through to says nothing: of each kind of work something was answered."""
    yield from (f"no {what} got through: nothing can be said" for what, count in happened.items() if not count)


def books() -> Iterator[str]:
    """Every entry sums to nothing, says what the charges say, and every charge and payment is what its rows say."""
    asked = {
        "journal entry {} does not balance": "SELECT e.id FROM ledger_journalentry e LEFT JOIN ledger_posting p"
        " ON p.entry_id = e.id GROUP BY e.id HAVING coalesce(sum(p.amount), 0) <> 0 OR count(p.id) < 2",
        # Charges assessed together are one entry: that none is missing in it, and none doubled, shows on each payer.
        "the books say party {} owes another amount than its charges": """
            SELECT party FROM (
                SELECT party_id AS party, amount FROM ledger_posting WHERE account_id = 'receivable'
                UNION ALL SELECT party_id, paid - amount FROM ledger_charge) owed
            GROUP BY party HAVING sum(amount) <> 0""",
        "charge {} is not the sum of its allocations": "SELECT c.ref FROM ledger_charge c LEFT JOIN ledger_allocation a"
        " ON a.charge_id = c.id GROUP BY c.id HAVING (c.paid, c.late_fee_paid) <>"
        " (coalesce(sum(a.amount) FILTER (WHERE a.component = 'principal'), 0),"
        " coalesce(sum(a.amount) FILTER (WHERE a.component = 'late_fee'), 0))",
        "payment {} is not fully accounted for": "SELECT p.number FROM ledger_payment p WHERE p.received <>"
        " (SELECT coalesce(sum(amount), 0) FROM ledger_allocation WHERE payment_id = p.id)"
        " + (SELECT coalesce(sum(amount), 0) FROM ledger_overpayment WHERE payment_id = p.id)",
    }
    with connection.cursor() as cursor:
        for words, statement in asked.items():
            cursor.execute(statement)
            yield from (words.format(row[0]) for row in cursor.fetchall())


def cases(acknowledged: Mapping[str, str]) -> Iterator[str]:
    """Every submission acknowledged with a number (by its key) is one case, whole; and no key made two."""
    found: dict[str, list[Case]] = {}
    for case in Case.objects.filter(idempotency_key__isnull=False).order_by("pk"):
        found.setdefault(case.idempotency_key, []).append(case)
    for key, number in acknowledged.items():
        if number not in {case.number for case in found.get(key, [])}:
            yield f"case {number} was acknowledged and is not there"
    for key, made in found.items():
        # A key is one user's own; the load gives every submission another, so here it names one case.
        if key in acknowledged and len(made) > 1:
            yield f"key {key} made {', '.join(case.number for case in made)}"
        for case in made if key in acknowledged else ():
            yield from _whole(case)


def _whole(case: Case) -> Iterator[str]:
    """A submitted case is its step, its evidence, an office that has it, and a message to its applicant - once each."""
    counted = {
        "submission on its timeline": case.steps.filter(action="submit").count(),
        "submission in the evidence": Event.objects.filter(stream=case.about, action="submit").count(),
        "opening in the evidence": Event.objects.filter(stream=case.about, action="opened").count(),
        "office that holds it": case.custodies.filter(received_at__isnull=False, released_at__isnull=True).count(),
        "message to the applicant": Message.objects.filter(about=case.about, template="case-submitted").count(),
    }
    yield from (f"case {case.number}: {count} x {what}" for what, count in counted.items() if count != 1)


def outbox(arrived: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Every message is delivered or given up; what is delivered has arrived, and nobody got one that is not ours.

    ``arrived`` holds for each receiver the ids of what it truly took.
    """
    for receiver, taken in arrived.items():
        rows = {str(key): state for rows in OUTGOING[receiver]() for key, state in rows.values_list("id", "state")}
        waiting = sum(state in Delivery.WAITING for state in rows.values())
        if waiting:
            yield f"{receiver}: {waiting} messages still wait"
        delivered = {key for key, state in rows.items() if state == Delivery.State.DELIVERED}
        yield from (
            f"{receiver}: {key} is marked delivered and never arrived" for key in sorted(delivered - set(taken))
        )
        yield from (f"{receiver}: {key} arrived and is not ours" for key in sorted(set(taken) - set(rows)))


def orders(paid: Mapping[str, Decimal]) -> Iterator[str]:
    """Every order the gateway was paid for is settled and booked once, and nothing else is."""
    booked = Counter(JournalEntry.objects.filter(kind=JournalEntry.Kind.PAYMENT).values_list("about", flat=True))
    ours = {row.number: row for row in Payment.objects.filter(collected_by="")}
    for number, amount in paid.items():
        row = ours.get(number)
        if row is None or row.state != Payment.State.SUCCEEDED:
            yield f"order {number} was paid and is {row.state if row else 'unknown'} here"
        elif row.received != amount:
            yield f"order {number}: {amount} was paid, {row.received} received here"
        elif booked[row.about] != 1:
            yield f"order {number} is booked {booked[row.about]} times"


def partners(fees: Collection[str], insurance: Collection[str]) -> Iterator[str]:
    """Every fee source (by the beginning of its number) and insurance message acknowledged is there once."""
    for number in fees:
        found = FeeSource.objects.filter(number__startswith=f"{number}-").count()
        if found != 1:
            yield f"fee source {number} is there {found} times"
    exchanges = InsuranceExchange.objects.filter(message_id__in=insurance)
    for message in insurance:
        lines = [AssessedLine.objects.filter(exchange=row).count() for row in exchanges.filter(message_id=message)]
        if lines != [1]:
            yield f"insurance message {message} is there {len(lines)} times, with {sum(lines)} lines"


def runs() -> Iterator[str]:
    """No run is stuck: when nothing starts new work, none is under way."""
    for what, rows in UNDER_WAY.items():
        yield from (f"{what} {row.pk} is not at its end" for row in rows())


def begun() -> int:
    """How many pulls there have been."""
    return Pull.objects.count()


def evidence() -> Iterator[str]:
    """The audit chains verify."""
    found = verification.verify(progress=lambda _done, _total: None)
    yield from (f"{finding.where} {finding.what}" for finding in found)
