"""A payment's life: frozen, sent to the gateway, settled by what the gateway says (缴款).

    created -> at_gateway -> succeeded | failed | expired

The gateway's word may be lost, doubled, late or out of order. A success books the money once and
is never undone by a later word; what the books do not allow waits for a person as an exception.
"""

import datetime as dt
import functools
import logging
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.ledger import gateway, journal, late_fees, notices, refunds
from apps.kernel.ledger.allocation import Component, Owed, allocate
from apps.kernel.ledger.gateway import Notice
from apps.kernel.ledger.models import (
    ZERO,
    Account,
    Allocation,
    Charge,
    GatewayNotice,
    JournalEntry,
    Overpayment,
    Payment,
    PaymentException,
    PaymentLine,
)
from apps.kernel.ledger.signals import charge_paid
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

logger = logging.getLogger(__name__)

VALID_FOR = dt.timedelta(minutes=30)
State = Payment.State
Trouble = PaymentException.Kind


class BeingPaid(ValidationError):
    """Some of the charges are held by another payment that is not over yet."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            _("所选税费中有正在支付的款项（缴款编号 %s）。请先完成或取消该笔支付。") % payment.number, code="being_paid"
        )
        self.payment = payment


def begin(charges: Iterable[Charge], *, actor: Actor, return_url: str) -> Payment:
    """Freeze what the charges owe today and open the order at the gateway.

    ``return_url`` may hold ``{number}``. Beginning the same payment again gives the first one. When
    the gateway cannot be reached the payment stays ``created`` and ``submit`` may be tried again.
    """
    return submit(_freeze(sorted({charge.pk for charge in charges}), actor=actor, return_url=return_url))


@transaction.atomic(durable=True)
def _freeze(wanted: list[int], *, actor: Actor, return_url: str) -> Payment:
    if actor.party is None:
        raise PermissionDenied
    if not wanted:
        raise ValidationError({"charge": _("请至少选择一笔税费。")}, code="required")
    charges = list(
        Charge.objects.visible_to(actor)
        .filter(pk__in=wanted)
        .select_for_update(no_key=True, of=("self",))
        .select_related("levy")
        .order_by("pk")
    )
    if len(charges) != len(wanted):
        raise Charge.DoesNotExist
    earlier = _live_payment(wanted)
    if earlier is not None:
        return earlier
    today = clock.today()
    payment = Payment(party=actor.party, user=actor.user, valued_on=today, expires_at=clock.now() + VALID_FOR)
    daily = late_fees.rate(today)
    lines = [
        PaymentLine(
            payment=payment,
            charge=charge,
            principal=charge.outstanding,
            late_fee=late_fees.outstanding(charge, today, daily=daily),
        )
        for charge in charges
    ]
    if any(line.principal + line.late_fee == ZERO for line in lines):
        raise ValidationError({"charge": _("所选税费中有已经缴清的款项。请刷新账户后重新选择。")}, code="paid")
    payment.amount = sum((line.principal + line.late_fee for line in lines), ZERO)
    payment.return_url = return_url.format(number=payment.number)
    payment.save()
    PaymentLine.objects.bulk_create(lines)
    log.record(
        f"party/{actor.party.ref}",
        "payment-begun",
        actor=actor,
        target=payment.about,
        data={"amount": str(payment.amount), "charges": [charge.ref for charge in charges]},
    )
    return payment


def _live_payment(wanted: list[int]) -> Payment | None:
    """The payment that already holds exactly these charges. One that holds some of them stands in the way."""
    held = list(PaymentLine.objects.filter(charge__in=wanted, live=True).select_related("payment"))
    if not held:
        return None
    payment = held[0].payment
    theirs = set(payment.lines.values_list("charge_id", flat=True))
    if theirs != set(wanted) or payment.valued_on != clock.today() or payment.expires_at <= clock.now():
        raise BeingPaid(payment)
    return payment


def submit(payment: Payment) -> Payment:
    """Open a created payment's order at the gateway; outside any transaction, and harmless to repeat."""
    if payment.state != State.CREATED:
        return payment
    try:
        order = gateway.open_order(payment)
    except gateway.Unreachable as error:
        logger.warning("Payment %s waits for the gateway: %s", payment.number, error)
        return payment
    except gateway.Refused:
        logger.exception("Payment %s refused by the gateway", payment.number)
        end(payment, State.FAILED, actor=Actor.system("payments"))
    else:
        Payment.objects.filter(pk=payment.pk, state=State.CREATED).update(
            state=State.AT_GATEWAY, gateway_reference=order.reference, pay_url=order.pay_url
        )
    payment.refresh_from_db()
    return payment


def abandon(payment: Payment, *, actor: Actor) -> Payment:
    """Give up a payment: the order is closed at the gateway, unless it was paid meanwhile."""
    if not Payment.objects.visible_to(actor).filter(pk=payment.pk).exists() or actor.party is None:
        raise PermissionDenied
    if payment.state in Payment.LIVE:
        try:
            notice = gateway.close_order(payment.number)
        except (gateway.Unreachable, gateway.Refused) as error:
            raise ValidationError(_("暂时联系不上支付机构，无法取消。请稍后再试。"), code="unreachable") from error
        if notice is None:
            end(payment, State.EXPIRED, actor=actor)
        else:
            settle(notice)
    payment.refresh_from_db()
    return payment


def refresh(payment: Payment) -> Payment:
    """Ask the gateway what became of a live payment, and believe it."""
    if payment.state == State.CREATED:
        return submit(payment)
    if payment.state == State.AT_GATEWAY:
        try:
            notice = gateway.ask(payment.number)
        except (gateway.Unreachable, gateway.Refused) as error:
            logger.warning("Payment %s: %s", payment.number, error)
            return payment
        if notice is not None:
            settle(notice)
        payment.refresh_from_db()
    return payment


# --- what the gateway says ---------------------------------------------------------------------


def settle(notice: Notice) -> str:
    """Take a notice in, once, and say what it led to."""
    return notices.once(notice, refunds.settle if notice.kind == "refund" else _settle)


def _settle(notice: Notice, noted: GatewayNotice) -> str:
    payment = (
        Payment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("party")
        .filter(number=notice.number)
        .first()
    )
    if payment is None:
        return notices.trouble(Trouble.UNKNOWN_ORDER, noted)
    if notice.status == "succeeded":
        return _succeeded(payment, noted)
    if notice.status in {"failed", "expired", "closed"}:
        if payment.state == State.SUCCEEDED:
            return notices.trouble(Trouble.FAILED_AFTER_SUCCESS, noted, payment)
        end(payment, State.FAILED if notice.status == "failed" else State.EXPIRED, actor=Actor.system("gateway"))
        return notice.status
    return "noted"


def _succeeded(payment: Payment, noted: GatewayNotice) -> str:
    """Book a success once, even one that comes after a failure or after the time was up: the money is there."""
    if payment.state == State.SUCCEEDED:
        return "already settled"
    if noted.amount != payment.amount:
        return notices.trouble(Trouble.WRONG_AMOUNT, noted, payment)
    book(payment, noted, actor=Actor.system("gateway"))
    return "settled"


def book(payment: Payment, noted: GatewayNotice, *, actor: Actor) -> None:
    """Put received money on the charges and in the books. The payment's row is locked by the caller."""
    charges = {
        charge.pk: charge
        for charge in Charge.objects.select_for_update(no_key=True, of=("self",))
        .filter(payment_lines__payment=payment)
        .select_related("levy")
        .order_by("pk")
    }
    in_legal_order = sorted(charges.values(), key=lambda charge: (charge.due, charge.pk))
    daily = late_fees.rate(payment.valued_on)
    parts, remainder = allocate(
        noted.amount,
        [
            Owed(charge.pk, charge.outstanding, late_fees.outstanding(charge, payment.valued_on, daily=daily))
            for charge in in_legal_order
        ],
    )
    payment.state, payment.received = State.SUCCEEDED, noted.amount
    payment.paid_at = noted.happened_at or noted.received_at
    payment.gateway_reference = noted.reference
    payment.save(update_fields=["state", "received", "paid_at", "gateway_reference"])
    payment.lines.update(live=False)
    totals = {Component.PRINCIPAL: ZERO, Component.LATE_FEE: ZERO}
    for part in parts:
        charge = charges[part.charge_id]
        totals[Component(part.component)] += part.amount
        if part.component == Component.PRINCIPAL:
            charge.late_fee_fixed += late_fees.on_principal(charge, part.amount, payment.valued_on, daily=daily)
            charge.paid += part.amount
        else:
            charge.late_fee_paid += part.amount
    Allocation.objects.bulk_create(
        Allocation(payment=payment, charge=charges[part.charge_id], component=part.component, amount=part.amount)
        for part in parts
    )
    Charge.objects.bulk_update(charges.values(), ["paid", "late_fee_fixed", "late_fee_paid"])
    if remainder:
        Overpayment.objects.create(
            payment=payment, party=payment.party, amount=remainder, reason=_("款项到账时税费已缴清或已更正")
        )
    journal.post(
        JournalEntry.Kind.PAYMENT,
        payment.party,
        {
            Account.CLEARING: noted.amount,
            Account.RECEIVABLE: -totals[Component.PRINCIPAL],
            Account.LATE_FEES: -totals[Component.LATE_FEE],
            Account.REFUNDABLE: -remainder,
        },
        about=payment.about,
    )
    log.record(
        f"party/{payment.party.ref}",
        "payment-settled",
        actor=actor,
        target=payment.about,
        data={"received": str(noted.amount), "overpaid": str(remainder)},
    )
    outbox.send(
        "payment-received",
        payment.party,
        {"number": payment.number, "amount": noted.amount, "paid_on": payment.paid_at},
        about=payment.about,
    )
    transaction.on_commit(functools.partial(announce, payment), robust=True)


def end(payment: Payment, state: str, *, actor: Actor) -> None:
    """End a live payment without money; its charges are free again."""
    with transaction.atomic():
        ended = Payment.objects.filter(pk=payment.pk, state__in=Payment.LIVE).update(state=state)
        if ended:
            payment.lines.update(live=False)
            log.record(f"party/{payment.party.ref}", f"payment-{state}", actor=actor, target=payment.about)


def announce(payment: Payment) -> None:
    """Tell the chapters which charges are now paid; what fails is told again by the sweep."""
    paid = [line.charge for line in payment.lines.select_related("charge__levy", "charge__party")]
    failed = False
    for charge in paid:
        if charge.outstanding == ZERO:
            for receiver, answer in charge_paid.send_robust(Payment, charge=charge, payment=payment):
                if isinstance(answer, Exception):
                    failed = True
                    logger.error("%s on charge %s", receiver, charge.ref, exc_info=answer)
    if not failed:
        Payment.objects.filter(pk=payment.pk).update(announced_at=clock.now())
