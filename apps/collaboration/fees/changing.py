"""A department changes or withdraws what it delivered, also after billing and payment (Art 25).

The charge follows. What was paid beyond the new amount becomes the payer's overpayment, which goes the
ledger's way back; the department hears of it as negative feedback.
"""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.fees import access, history
from apps.collaboration.fees.models import FeeSource, SourceEvent
from apps.kernel.audit import log
from apps.kernel.ledger import charges
from apps.kernel.ledger.models import ZERO
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.rules.money import fen

Kind = SourceEvent.Kind


def change(source: FeeSource, amount: Decimal, *, reason: str, actor: Actor) -> FeeSource:
    """Correct the amount of a source.

    :raises PermissionDenied: unless the actor's department delivered it.
    :raises ValidationError: naming what is wrong.
    """
    access.require_own(source, actor, "fees.change")
    if amount <= ZERO:
        raise ValidationError({"amount": _("更正后的金额应大于零；不再收取的，请撤销这条费源。")})
    return _correct(source, amount, reason=reason, actor=actor, kind=Kind.CHANGED)


def withdraw(source: FeeSource, *, reason: str, actor: Actor) -> FeeSource:
    """Take a source back: nothing is owed on it any more.

    :raises PermissionDenied: unless the actor's department delivered it.
    :raises ValidationError: without a reason, or when it is withdrawn already.
    """
    access.require_own(source, actor, "fees.withdraw")
    return _correct(source, ZERO, reason=reason, actor=actor, kind=Kind.WITHDRAWN)


@transaction.atomic
def _correct(source: FeeSource, amount: Decimal, *, reason: str, actor: Actor, kind: str) -> FeeSource:
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("请写明理由，缴费人会看到。")})
    if fen(amount) != amount:
        raise ValidationError({"amount": _("金额最多两位小数，请精确到分。")})
    source = (
        FeeSource.objects.select_for_update(no_key=True, of=("self",))
        .select_related("office", "levy", "charge__party")
        .get(pk=source.pk)
    )
    if source.state in (FeeSource.State.WITHDRAWN, FeeSource.State.RETURNED):
        raise ValidationError(_("这条费源已经撤销或者退回，不能再变更。"))
    before, source.amount = source.amount, amount
    if kind == Kind.WITHDRAWN:
        source.state = FeeSource.State.WITHDRAWN
    source.save(update_fields=["amount", "state"])
    if source.charge_id:
        charges.adjust(source.charge, amount, reason=reason, actor=actor)
        outbox.send(
            "fee-changed",
            source.party,
            {
                "levy": source.levy,
                "department": source.office,
                "number": source.number,
                "before": before,
                "amount": amount,
                "reason": reason,
            },
            about=source.about,
        )
    history.write(kind, source, actor, note=reason)
    log.record(
        f"office/{source.office.code}",
        f"fees.{kind}",
        actor=actor,
        target=source.about,
        data={"from": str(before), "to": str(amount)},
    )
    return source
