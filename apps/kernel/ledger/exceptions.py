"""Payment exceptions decided by a person (支付异常处理)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.ledger import payments
from apps.kernel.ledger.models import Payment, PaymentException
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

Decision = PaymentException.Decision


@transaction.atomic
def resolve(exception: PaymentException, decision: str, *, note: str, actor: Actor) -> PaymentException:
    """Book what was truly received, or find that nothing is to be done; always with a note."""
    if actor.user is None or not actor.user.has_perm("ledger.change_paymentexception"):
        log.denied("exception-resolve", actor=actor, target=f"exception/{exception.pk}", reason="no permission")
        raise PermissionDenied
    if not note.strip():
        raise ValidationError({"note": _("请写明核实情况。")}, code="required")
    row = (
        PaymentException.objects.select_for_update(no_key=True, of=("self",))
        .select_related("notice", "payment")
        .get(pk=exception.pk)
    )
    if row.resolved_at is not None:
        raise ValidationError(_("这条异常已经处理过了。"), code="resolved")
    if decision == Decision.BOOK:
        _book(row, actor)
    elif row.payment is not None:
        # Nothing came of it: the charges are free to be paid again.
        payments.end(row.payment, Payment.State.FAILED, actor=actor)
    row.decision, row.note = Decision(decision), note.strip()
    row.resolved_by, row.resolved_at = actor.user, clock.now()
    row.save(update_fields=["decision", "note", "resolved_by", "resolved_at"])
    log.record(f"exception/{row.pk}", "exception-resolved", actor=actor, target=row.number, data={"decision": decision})
    return row


def refusal_to_book(row: PaymentException) -> str:
    """Why an exception cannot be booked as received; nothing when it can."""
    if row.kind != PaymentException.Kind.WRONG_AMOUNT or row.payment is None:
        return _("只有金额不符的缴款可以按实收金额入账。")
    if row.payment.state == Payment.State.SUCCEEDED:
        return _("这笔缴款已经入账。")
    return ""


def _book(row: PaymentException, actor: Actor) -> None:
    if row.payment is not None:
        row.payment = (
            Payment.objects.select_for_update(no_key=True, of=("self",)).select_related("party").get(pk=row.payment.pk)
        )
    refusal = refusal_to_book(row)
    if refusal or row.payment is None:
        raise ValidationError({"decision": refusal}, code="decision")
    payments.book(row.payment, row.notice, actor=actor)
