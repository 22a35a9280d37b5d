"""Finding out what the callbacks did not tell: unsettled payments asked about, days compared (对账)."""

import csv
import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from apps.kernel.ledger import gateway, payments, refunds
from apps.kernel.ledger.models import ZERO, Payment, Reconciliation, ReconciliationRow, Refund
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

logger = logging.getLogger(__name__)

# A callback normally takes seconds; younger payments are left to it.
PATIENCE = dt.timedelta(minutes=1)
Kind = ReconciliationRow.Kind


class BrokenStatement(Exception):
    """The statement cannot be read."""


@dataclass(frozen=True)
class Statement:
    """A day as the gateway tells it."""

    amounts: dict[str, Decimal]
    control_ok: bool


def sweep() -> int:
    """Ask about every payment and refund that should have been settled by now. Returns how many were asked."""
    before = clock.now() - PATIENCE
    asked = 0
    for payment in Payment.objects.filter(state__in=Payment.LIVE, created_at__lt=before).order_by("created_at"):
        _ask_about(payment)
        asked += 1
    waiting = Refund.objects.filter(state__in=[Refund.State.APPROVED, Refund.State.AT_GATEWAY], decided_at__lt=before)
    for refund in waiting.select_related("overpayment__payment"):
        refunds.pay(refund)
        asked += 1
    unannounced = Payment.objects.filter(state=Payment.State.SUCCEEDED, announced_at__isnull=True, paid_at__lt=before)
    for payment in unannounced:
        payments.announce(payment)
    return asked


def _ask_about(payment: Payment) -> None:
    over = payment.expires_at <= clock.now()
    try:
        # An order whose time is up is closed first, so that it cannot be paid after we let go of it.
        notice = gateway.close_order(payment.number) if over else gateway.ask(payment.number)
    except (gateway.Unreachable, gateway.Refused) as error:
        logger.warning("Payment %s: %s", payment.number, error)
        return
    if notice is not None:
        payments.settle(notice)
    elif over:
        payments.end(payment, Payment.State.EXPIRED, actor=Actor.system("reconciliation"))


def compare(day: dt.date) -> Reconciliation:
    """Compare a day with the gateway's statement, settle what is missing here, and keep the report."""
    there = read_statement(gateway.statement(day))
    report, missing = _report(day, there)
    for number in missing:
        notice = gateway.ask(number)
        if notice is not None:
            payments.settle(notice)
    return report


@transaction.atomic
def _report(day: dt.date, there: Statement) -> tuple[Reconciliation, list[str]]:
    here = dict(_here(day))
    report = Reconciliation.objects.create(
        day=day,
        here_count=len(here),
        here_total=sum(here.values(), ZERO),
        there_count=len(there.amounts),
        there_total=sum(there.amounts.values(), ZERO),
        control_ok=there.control_ok,
    )
    rows = [
        ReconciliationRow(
            report=report,
            number=number,
            kind=_kind(here.get(number), there.amounts.get(number)),
            here=here.get(number),
            there=there.amounts.get(number),
        )
        for number in sorted({*here, *there.amounts})
    ]
    ReconciliationRow.objects.bulk_create(rows, batch_size=2000)
    return report, [row.number for row in rows if row.kind == Kind.MISSING_HERE]


def _kind(here: Decimal | None, there: Decimal | None) -> str:
    if here is None:
        return Kind.MISSING_HERE
    if there is None:
        return Kind.MISSING_THERE
    return Kind.MATCHED if here == there else Kind.DIFFERING


def _here(day: dt.date) -> Iterator[tuple[str, Decimal]]:
    """Our payments and refunds of a Shanghai day; refunds count negative."""
    start = dt.datetime.combine(day, dt.time(), tzinfo=timezone.get_default_timezone())
    span = (start, start + dt.timedelta(days=1))
    # What others collected never passed the gateway, so its statement does not know of it.
    paid = Payment.objects.filter(
        state=Payment.State.SUCCEEDED, collected_by="", paid_at__gte=span[0], paid_at__lt=span[1]
    )
    yield from paid.values_list("number", "received")
    refunded = Refund.objects.filter(state=Refund.State.PAID, paid_at__gte=span[0], paid_at__lt=span[1])
    for number, amount in refunded.values_list("number", "amount"):
        yield number, -amount


def read_statement(text: str) -> Statement:
    """Read ``kind,number,reference,amount,at`` lines closed by ``TOTAL,<count>,,<sum>,``."""
    amounts: dict[str, Decimal] = {}
    control = None
    for row in csv.DictReader(text.splitlines()):
        try:
            if row["kind"] == "TOTAL":
                control = (int(row["number"]), Decimal(row["amount"]))
            else:
                amounts[row["number"]] = Decimal(row["amount"]) * (-1 if row["kind"] == "refund" else 1)
        except (KeyError, TypeError, ArithmeticError, ValueError) as error:
            raise BrokenStatement(str(row)) from error
    return Statement(amounts, control == (len(amounts), sum(amounts.values(), ZERO)))
