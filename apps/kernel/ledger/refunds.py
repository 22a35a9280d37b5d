"""Giving overpaid money back (退税费, 税收征收管理法 Art 51): requested, approved by another person, paid out.

requested -> approved -> at_gateway -> paid | failed        requested -> rejected

What somebody else collected never came through the gateway: it goes back by transfer of the treasury, and a clerk
puts on record which (approved -> paid).
"""

import datetime as dt
import logging
from typing import NoReturn

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.ledger import gateway, journal, notices
from apps.kernel.ledger.gateway import Notice
from apps.kernel.ledger.models import (
    Account,
    GatewayNotice,
    JournalEntry,
    Overpayment,
    PaymentException,
    Refund,
)
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role, User
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI

logger = logging.getLogger(__name__)
State = Refund.State
FINDERS = frozenset({Role.CLERK, Role.OFFICER, Role.CHIEF})


def unrefunded(overpayments):
    """The overpayments nobody has asked back yet."""
    return overpayments.exclude(refunds__in=Refund.objects.exclude(state__in=Refund.OVER))


def return_by(overpayment: Overpayment) -> dt.date:
    """When the money is to be back: ten days after the books show it as overpaid (实施细则 Art 78).

    The thirty days of a claim are the clock of the case that claims what the books do not show.
    """
    limit = terms.term("refund-found", clock.today())
    return deadlines.due(overpayment.found_at, limit.term, limit.unit).due.astimezone(SHANGHAI).date()


@transaction.atomic
def request(overpayment: Overpayment, *, reason: str, actor: Actor) -> Refund:
    """Ask an overpayment back: the payer, or staff of the office in charge who found it."""
    staff = actor.party is None
    sees = actor.user is not None and Overpayment.objects.visible_to(actor).filter(pk=overpayment.pk).exists()
    if not sees or (staff and not actor.roles & FINDERS):
        _refuse("refund-request", f"overpayment/{overpayment.ref}", actor)
    if not reason.strip():
        raise ValidationError({"reason": _("请填写申请理由。")}, code="required")
    locked = (
        Overpayment.objects.select_for_update(no_key=True, of=("self",)).select_related("party").get(pk=overpayment.pk)
    )
    refund = Refund(
        overpayment=locked, party=locked.party, amount=locked.amount, reason=reason.strip(), requested_by=actor.user
    )
    refund.full_clean()
    refund.save()
    log.record(
        f"party/{locked.party.ref}",
        "refund-requested",
        actor=actor,
        target=refund.about,
        data={"amount": str(refund.amount)},
    )
    return refund


def approve(refund: Refund, *, reason: str, actor: Actor) -> Refund:
    """Approve a refund someone else requested, and pay it out."""
    _decide(refund, State.APPROVED, reason, actor)
    return pay(Refund.objects.get(pk=refund.pk))


@transaction.atomic
def grant(overpayment: Overpayment, *, requested_by: User, reason: str, actor: Actor) -> Refund:
    """A refund a case has decided (退还多缴税款): applied for by one person, approved by another, paid after commit.

    The case's own table has said who may decide it.
    """
    now = clock.now()
    refund = Refund(
        overpayment=overpayment,
        party=overpayment.party,
        amount=overpayment.amount,
        reason=reason[:200],
        requested_by=requested_by,
        state=State.APPROVED,
        decided_by=actor.user,
        decided_at=now,
        decision_reason=reason[:200],
    )
    refund.full_clean()
    refund.save()
    log.record(f"party/{refund.party.ref}", f"refund-{State.APPROVED}", actor=actor, target=refund.about)
    transaction.on_commit(lambda: pay(refund), robust=True)  # what fails here the reconciliation sweep tries again
    return refund


def reject(refund: Refund, *, reason: str, actor: Actor) -> Refund:
    """Refuse a refund; the payer may ask again."""
    if not reason.strip():
        raise ValidationError({"reason": _("请说明不予批准的理由。")}, code="required")
    _decide(refund, State.REJECTED, reason, actor)
    return Refund.objects.get(pk=refund.pk)


@transaction.atomic(durable=True)
def _decide(refund: Refund, state: str, reason: str, actor: Actor) -> None:
    may = Role.CHIEF in actor.roles and Refund.objects.visible_to(actor).filter(pk=refund.pk).exists()
    if not may or actor.user is None or actor.party is not None:
        _refuse(f"refund-{state}", refund.about, actor)
    locked = Refund.objects.select_for_update(no_key=True, of=("self",)).select_related("party").get(pk=refund.pk)
    if locked.requested_by_id == actor.user.pk:
        _refuse(f"refund-{state}", refund.about, actor, why="requested by the same person")
    if locked.state != State.REQUESTED:
        raise ValidationError(_("这笔退款已经审批过了。"), code="decided")
    locked.state, locked.decided_by, locked.decided_at = state, actor.user, clock.now()
    locked.decision_reason = reason.strip()
    locked.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    log.record(f"party/{locked.party.ref}", f"refund-{state}", actor=actor, target=locked.about)


def _refuse(action: str, target: str, actor: Actor, *, why: str = "not allowed") -> NoReturn:
    log.denied(action, actor=actor, target=target, reason=why)
    raise PermissionDenied


def pay(refund: Refund) -> Refund:
    """Order an approved refund at the gateway; outside any transaction, and harmless to repeat."""
    if refund.state in {State.APPROVED, State.AT_GATEWAY} and not by_treasury(refund):
        try:
            notice = gateway.refund(refund)
        except (gateway.Unreachable, gateway.Refused) as error:
            # Refused is no verdict on the money either: the row stays and staff see it waiting.
            logger.warning("Refund %s: %s", refund.number, error)
            return refund
        Refund.objects.filter(pk=refund.pk, state=State.APPROVED).update(
            state=State.AT_GATEWAY, gateway_reference=notice.reference
        )
        notices.once(notice, settle)
        refund.refresh_from_db()
    return refund


def by_treasury(refund: Refund) -> bool:
    """Whether it goes back by transfer: a bank, a court or a collector had taken the money in."""
    return refund.overpayment.payment.collection_key is not None


def pays_out(refund: Refund, actor: Actor) -> bool:
    """Whether the actor may record the transfer of this refund now."""
    return bool(
        refund.state == State.APPROVED and by_treasury(refund) and actor.party is None and actor.roles & FINDERS
    )


@transaction.atomic
def paid_out(refund: Refund, *, reference: str, paid_on: dt.date, actor: Actor) -> Refund:
    """Put on record that the treasury has transferred a refund; the payer is told.

    :raises PermissionDenied: unless staff of the office in charge do; the attempt is on record.
    :raises ValidationError: when it waits for no transfer, on a day that cannot be, or a voucher used before.
    """
    refund = (
        Refund.objects.select_for_update(no_key=True, of=("self",))
        .select_related("party", "overpayment__payment")
        .get(pk=refund.pk)
    )
    if not actor.roles & FINDERS or not Refund.objects.visible_to(actor).filter(pk=refund.pk).exists():
        _refuse("refund-paid-out", refund.about, actor)
    if not pays_out(refund, actor):
        raise ValidationError(_("这笔退款现在不能登记退付。"))
    decided_at = refund.decided_at
    if decided_at is None or not decided_at.astimezone(SHANGHAI).date() <= paid_on <= clock.today():
        raise ValidationError({"paid_on": _("退付日期须在审批之日至今天之间。")})
    reference = reference.strip()
    if Refund.objects.filter(gateway_reference=reference).exists():
        raise ValidationError({"reference": _("这个凭证号已经用过，同一笔不能登记两次。")})
    at = min(clock.now(), dt.datetime.combine(paid_on, dt.time(23, 59, 59), tzinfo=SHANGHAI))
    _returned(refund, reference, at, actor)
    return refund


def _returned(refund: Refund, reference: str, at: dt.datetime, actor: Actor) -> None:
    """The money is back with the payer: books, evidence, message."""
    refund.state, refund.paid_at, refund.gateway_reference = State.PAID, at, reference
    refund.save(update_fields=["state", "paid_at", "gateway_reference"])
    journal.post(
        JournalEntry.Kind.REFUND,
        refund.party,
        {Account.REFUNDABLE: refund.amount, Account.CLEARING: -refund.amount},
        about=refund.about,
    )
    log.record(f"party/{refund.party.ref}", "refund-paid", actor=actor, target=refund.about)
    outbox.send("refund-paid", refund.party, {"number": refund.number, "amount": refund.amount}, about=refund.about)


def settle(notice: Notice, noted: GatewayNotice) -> str:
    """What the gateway's word on a refund leads to; called by ``payments.settle`` in its transaction."""
    refund = (
        Refund.objects.select_for_update(no_key=True, of=("self",))
        .select_related("party")
        .filter(number=notice.number)
        .first()
    )
    if refund is None or notice.amount != refund.amount or refund.decided_by_id is None:
        return notices.trouble(PaymentException.Kind.REFUND_MISMATCH, noted)
    if refund.state == State.PAID and notice.status == "succeeded":
        return "already settled"
    if refund.state in {State.PAID, State.REJECTED}:
        return notices.trouble(PaymentException.Kind.REFUND_MISMATCH, noted)
    if notice.status == "succeeded":
        _returned(refund, notice.reference, notice.happened_at or noted.received_at, Actor.system("gateway"))
        return "refunded"
    if notice.status == "failed" and refund.state != State.FAILED:
        refund.state = State.FAILED
        refund.save(update_fields=["state"])
        log.record(f"party/{refund.party.ref}", "refund-failed", actor=Actor.system("gateway"), target=refund.about)
    return notice.status
