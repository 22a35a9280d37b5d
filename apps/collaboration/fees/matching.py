"""Sources nobody answers to are a clerk's work: found by hand, or sent back to their department (Art 25)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.fees import access, billing, history
from apps.collaboration.fees.models import FeeSource, SourceEvent
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party

Kind = SourceEvent.Kind


def by_code(code: str) -> Party:
    """The party a clerk names by its full code.

    :raises ValidationError: on ``code``, when there is none.
    """
    code = "".join(code.split()).upper()
    found = Party.objects.filter(active=True, organisation__uscc=code) | Party.objects.filter(
        active=True, person__id_number=code
    )
    party = found.first()
    if party is None:
        raise ValidationError({"code": _("登记信息里没有这个代码。请核对 18 位代码；仍没有的，请退回费源部门。")})
    return party


def assign(source: FeeSource, code: str, *, actor: Actor) -> FeeSource:
    """A clerk has found whose it is: it is billed.

    :raises PermissionDenied: unless the actor is a tax clerk.
    :raises ValidationError: when no such payer exists, or it no longer waits.
    """
    access.require_clerk(source, actor, "fees.assign")
    party = by_code(code)
    with transaction.atomic():
        source = _waiting(source)
        history.write(Kind.MATCHED, source, actor)
        log.read(actor=actor, party_id=party.pk, what=source.about, purpose=Purpose.FEE_SOURCE)
        billing.bill(source, party, actor=actor)
    return source


def send_back(source: FeeSource, reason: str, *, actor: Actor) -> FeeSource:
    """Nobody can be found: the department mends it and delivers the number again.

    :raises PermissionDenied: unless the actor is a tax clerk.
    :raises ValidationError: without a reason, or when it no longer waits.
    """
    access.require_clerk(source, actor, "fees.send_back")
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("请写明退回的原因和需要更正的内容。")})
    with transaction.atomic():
        source = _waiting(source)
        source.state = FeeSource.State.RETURNED
        source.save(update_fields=["state"])
        history.write(Kind.RETURNED, source, actor, note=reason)
        log.record(f"office/{source.office.code}", "fees.returned", actor=actor, target=source.about)
        outbox.send(
            "fee-source-returned", source.office, {"number": source.number, "reason": reason}, about=source.about
        )
    return source


def _waiting(source: FeeSource) -> FeeSource:
    row = (
        FeeSource.objects.select_for_update(no_key=True, of=("self",))
        .select_related("office", "levy")
        .get(pk=source.pk)
    )
    if row.state != FeeSource.State.UNMATCHED:
        raise ValidationError(_("这条费源已经处理过了，请刷新页面。"))
    return row
