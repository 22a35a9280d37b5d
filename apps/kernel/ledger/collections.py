"""Money collected by others for the treasury lands on the payer's account (代收、扣缴入库, Arts 23, 29, 30).

A delegated collector, a bank that deducts, a court that hands over part of a price: the payer has paid, whoever
holds the money. So the payment is written as received on the day it was collected, late fee up to that day; the
books say whether the money is at the treasury (``clearing``) or still with the collector (``with-collectors``).
"""

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.ledger import journal, late_fees, payments
from apps.kernel.ledger.allocation import Owed, allocate
from apps.kernel.ledger.models import (
    ZERO,
    Account,
    Allocation,
    Charge,
    JournalEntry,
    Overpayment,
    Payment,
    PaymentLine,
)
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.rules.money import fen
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI

Component = Allocation.Component
BATCH = 2_000


@dataclass(frozen=True)
class Collected:
    """Money collected from one payer for some charges of theirs. ``key`` stands for it: the same money comes once."""

    charges: Sequence[Charge]
    amount: Decimal
    day: dt.date
    key: str


def collect(
    charge_or_charges: Charge | Iterable[Charge],
    amount: Decimal,
    *,
    by: str,
    day: dt.date,
    actor: Actor,
    idempotency_key: str,
    into: str = Account.CLEARING,
) -> Payment:
    """Put money somebody collected from one payer on the payer's charges, and tell the payer.

    :param by: the business that collected it ("case/SH2026…"); the caller has decided that it may.
    :param day: when it was collected; the late fee runs up to it.
    :param into: ``Account.WITH_COLLECTORS`` while the money is not handed in to the treasury yet.
    :returns: the payment; with the same key again the first one. What no charge takes is the payer's overpayment.
    :raises ValidationError: on an amount that is not whole fen above zero, charges of several payers, a day to come,
        or a key that was used for other money.
    """
    charges = (charge_or_charges,) if isinstance(charge_or_charges, Charge) else tuple(charge_or_charges)
    with transaction.atomic():
        row = Collected(charges, amount, day, idempotency_key)
        known = Payment.objects.filter(collection_key=idempotency_key).exists()
        payment = collect_many([row], by=by, actor=actor, into=into)[0]
        if not known:
            outbox.send(
                "payment-received",
                payment.party,
                {"number": payment.number, "amount": amount, "paid_on": payment.paid_at},
                about=payment.about,
            )
    return payment


@transaction.atomic
def collect_many(rows: Sequence[Collected], *, by: str, actor: Actor, into: str = Account.CLEARING) -> list[Payment]:
    """What :func:`collect` does for many payers, in a few statements however many they are.

    Payers are not written to: whoever collects in bulk hands out receipts. The evidence is one event under ``by``.
    """
    for row in rows:
        _check(row)
    wanted = sorted({charge.pk for row in rows for charge in row.charges})
    # Locked in one order, so two deliveries of the same money take turns and the second finds the first.
    charges = {
        charge.pk: charge
        for charge in Charge.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=wanted)
        .select_related("levy", "party")
        .order_by("pk")
    }
    known = {
        payment.collection_key: payment
        for payment in Payment.objects.filter(collection_key__in=[row.key for row in rows]).select_related("party")
    }
    fresh = []
    for row in rows:
        if row.key in known:
            _same(known[row.key], row, by)
        else:
            fresh.append(row)
            known[row.key] = _payment(row, by, actor)
    made = [known[row.key] for row in fresh]
    Payment.objects.bulk_create(made, batch_size=BATCH)
    _put_on_charges(fresh, made, charges, into)
    if fresh:
        total = sum((payment.received for payment in made), ZERO)
        log.record(by, "money-collected", actor=actor, data={"count": len(made), "total": str(total), "into": into})
    for payment in made:
        transaction.on_commit(functools.partial(payments.announce, payment), robust=True)
    return [known[row.key] for row in rows]


def _check(row: Collected) -> None:
    if row.amount <= ZERO or fen(row.amount) != row.amount:
        raise ValidationError({"amount": _("代收金额应大于零，精确到分。")})
    if len({charge.party_id for charge in row.charges}) != 1:
        raise ValidationError({"charge": _("一笔代收款项只能缴纳同一缴费人的税费。")})
    if row.day > clock.today():
        raise ValidationError({"day": _("代收日期不能晚于今天。")})


def _same(payment: Payment, row: Collected, by: str) -> None:
    """Money with a known key is the money it stood for before, or somebody made a mistake."""
    given = (row.charges[0].party_id, row.amount, row.day, by)
    if given != (payment.party_id, payment.received, payment.valued_on, payment.collected_by):
        raise ValidationError({"idempotency_key": _("这个幂等键已用于另一笔代收款项，请核对。")})


def _payment(row: Collected, by: str, actor: Actor) -> Payment:
    at = min(clock.now(), dt.datetime.combine(row.day, dt.time(23, 59, 59), tzinfo=SHANGHAI))
    return Payment(
        party=row.charges[0].party,
        user=actor.user,
        amount=row.amount,
        received=row.amount,
        state=Payment.State.SUCCEEDED,
        valued_on=row.day,
        expires_at=clock.now(),
        paid_at=at,
        collected_by=by,
        collection_key=row.key,
    )


def _put_on_charges(rows: Sequence[Collected], made: Sequence[Payment], charges: dict[int, Charge], into: str) -> None:
    """As ``payments.book`` does for one payment of the gateway: allocate in legal order, keep, write the books."""
    rates = {day: late_fees.rate(day) for day in {row.day for row in rows}}
    lines: list[PaymentLine] = []
    allocations: list[Allocation] = []
    overpaid: list[Overpayment] = []
    events = []
    for row, payment in zip(rows, made, strict=True):
        daily = rates[row.day]
        mine = sorted(
            (charges[pk] for pk in {charge.pk for charge in row.charges}), key=lambda each: (each.due, each.pk)
        )
        parts, remainder = allocate(
            row.amount,
            [Owed(each.pk, each.outstanding, late_fees.outstanding(each, row.day, daily=daily)) for each in mine],
        )
        put: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for part in parts:
            charge = charges[part.charge_id]
            put[charge.pk][part.component] += part.amount
            if part.component == Component.PRINCIPAL:
                charge.late_fee_fixed += late_fees.on_principal(charge, part.amount, row.day, daily=daily)
                charge.paid += part.amount
            else:
                charge.late_fee_paid += part.amount
            allocations.append(Allocation(payment=payment, charge=charge, component=part.component, amount=part.amount))
        lines += [
            PaymentLine(
                payment=payment,
                charge=each,
                principal=put[each.pk][Component.PRINCIPAL],
                late_fee=put[each.pk][Component.LATE_FEE],
                live=False,
            )
            for each in mine
        ]
        if remainder:
            overpaid.append(
                Overpayment(payment=payment, party=payment.party, amount=remainder, reason=_("代收金额多于应缴税费"))
            )
        principal = sum((each[Component.PRINCIPAL] for each in put.values()), ZERO)
        late_fee = sum((each[Component.LATE_FEE] for each in put.values()), ZERO)
        events.append(
            (
                payment.party,
                {
                    into: row.amount,
                    Account.RECEIVABLE: -principal,
                    Account.LATE_FEES: -late_fee,
                    Account.REFUNDABLE: -remainder,
                },
                payment.about,
            )
        )
    PaymentLine.objects.bulk_create(lines, batch_size=BATCH)
    Allocation.objects.bulk_create(allocations, batch_size=BATCH)
    Overpayment.objects.bulk_create(overpaid, batch_size=BATCH)
    Charge.objects.bulk_update(charges.values(), ["paid", "late_fee_fixed", "late_fee_paid"], batch_size=BATCH)
    journal.post_many(JournalEntry.Kind.PAYMENT, events)
