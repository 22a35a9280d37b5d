"""One account per payer: what is owed with its late fee, what was paid, what is to be given back (Art 6)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from apps.kernel.ledger import late_fees, refunds
from apps.kernel.ledger.models import ZERO, Charge, Overpayment, Payment, Refund
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock

PER_PAGE = 20


@dataclass(frozen=True)
class Owed:
    """A charge with what it takes to pay it today."""

    charge: Charge
    state: str
    late_fee: Decimal
    late_fee_lines: list[late_fees.Line]
    payment: Payment | None

    @property
    def total(self) -> Decimal:
        return self.charge.outstanding + self.late_fee

    @property
    def overdue(self) -> bool:
        return self.state == Charge.State.OVERDUE

    @property
    def label(self) -> str:
        return str(Charge.State(self.state).label)


@dataclass(frozen=True)
class Entry:
    """One charge of the history with its state today."""

    charge: Charge
    state: str

    @property
    def label(self) -> str:
        return str(Charge.State(self.state).label)


@dataclass(frozen=True)
class Statement:
    """Everything an account shows on a day."""

    on: dt.date
    owed: list[Owed]
    history: list[Entry]
    payments: list[Payment]
    overpayments: list[Overpayment]
    refunds: list[Refund]
    following: int | None

    @property
    def principal(self) -> Decimal:
        return sum((row.charge.outstanding for row in self.owed), ZERO)

    @property
    def late_fee(self) -> Decimal:
        return sum((row.late_fee for row in self.owed), ZERO)

    @property
    def total(self) -> Decimal:
        return self.principal + self.late_fee

    @property
    def refundable(self) -> Decimal:
        """Overpaid money still with the office: not asked back yet, or asked back and not yet paid out."""
        asked = sum((row.amount for row in self.refunds if row.state not in {*Refund.OVER, Refund.State.PAID}), ZERO)
        return sum((row.amount for row in self.overpayments), ZERO) + asked

    @property
    def balance(self) -> Decimal:
        """What the payer owes on the whole; negative when the office owes the payer."""
        return self.total - self.refundable


def statement(party: Party, *, actor: Actor | None = None, after: int | None = None) -> Statement:
    """The account of a party, in a fixed number of queries however long it is.

    With an ``actor``, only what the actor's mandate covers. ``after`` continues the history below a charge's id.
    """
    today = clock.today()
    daily = late_fees.rate(today)

    def rows(model):
        return (model.objects.visible_to(actor) if actor is not None else model.objects.all()).filter(party=party)

    history = rows(Charge).select_related("levy").order_by("-id")
    if after is not None:
        history = history.filter(pk__lt=after)
    page = list(history[: PER_PAGE + 1])
    return Statement(
        on=today,
        owed=_owed(list(rows(Charge).open().select_related("levy")), today, daily),
        history=[Entry(charge, charge.state(today)) for charge in page[:PER_PAGE]],
        payments=list(rows(Payment).order_by("-id")[:PER_PAGE]),
        overpayments=list(refunds.unrefunded(rows(Overpayment)).select_related("payment")),
        refunds=list(rows(Refund).select_related("overpayment").order_by("-id")[:PER_PAGE]),
        following=page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None,
    )


def _owed(charges: list[Charge], today: dt.date, daily: Decimal) -> list[Owed]:
    live = Payment.objects.filter(lines__live=True, lines__charge__in=charges)
    held = {charge_id: payment for payment in live.prefetch_related("lines") for charge_id in _charge_ids(payment)}
    found = []
    for charge in charges:
        late_fee = late_fees.outstanding(charge, today, daily=daily)
        if charge.outstanding or late_fee:
            lines = late_fees.lines(charge, today, daily=daily) if late_fee else []
            found.append(Owed(charge, charge.state(today), late_fee, lines, held.get(charge.pk)))
    return found


def _charge_ids(payment: Payment) -> list[int]:
    return [line.charge_id for line in payment.lines.all()]
