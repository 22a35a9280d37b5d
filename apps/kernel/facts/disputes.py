"""A taxpayer says that something known of them is wrong (Art 19); the correction procedure takes it from here."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.facts import catalogue, reading
from apps.kernel.facts.models import Dispute
from apps.kernel.facts.signals import dispute_withdrawn, fact_disputed
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party


@transaction.atomic
def open(party: Party, field: str, *, claimed: str, reason: str, actor: Actor) -> Dispute:  # noqa: A001 - disputes.open
    """Record that ``party`` holds the value of ``field`` to be wrong, what it should be, and why.

    :raises PermissionDenied: when the actor does not act for the party.
    :raises ValidationError: naming what is missing, or that the value is already disputed.
    """
    _require_own(party, actor, "fact.dispute")
    if field not in catalogue.entries():
        raise ValidationError({"field": _("没有这一项数据。")})
    claimed, reason = claimed.strip(), reason.strip()
    missing = {}
    if not claimed:
        missing["claimed"] = _("请写明您认为正确的值。")
    if not reason:
        missing["reason"] = _("请写明理由，例如依据哪份申报表或凭证。")
    if missing:
        raise ValidationError(missing)
    statement = reading.current(party).get(field)
    if statement is None:
        raise ValidationError({"field": _("目前没有这一项数据，不需要提出异议。")})
    try:
        with transaction.atomic():
            dispute = Dispute(
                party=party, field=field, stated=statement.value, claimed=claimed, reason=reason, by=actor.user
            )
            dispute.full_clean(validate_unique=False, validate_constraints=False)
            dispute.save()
    except IntegrityError as error:
        raise ValidationError({"field": _("这一项已经提出异议，正在核实。")}) from error
    log.record(f"facts/{party.pk}", "fact.disputed", actor=actor, target=field, data={"dispute": dispute.ref})
    fact_disputed.send(Dispute, dispute=dispute, actor=actor)
    return dispute


@transaction.atomic
def withdraw(dispute: Dispute, *, actor: Actor) -> None:
    """Take an open dispute back."""
    _require_own(dispute.party, actor, "fact.dispute.withdraw")
    taken_back = Dispute.objects.filter(pk=dispute.pk, state=Dispute.State.OPEN).update(state=Dispute.State.WITHDRAWN)
    if not taken_back:
        raise ValidationError(_("这项异议已经撤回或者已有结果。"))
    log.record(
        f"facts/{dispute.party_id}",
        "fact.dispute.withdrawn",
        actor=actor,
        target=dispute.field,
        data={"dispute": dispute.ref},
    )
    dispute_withdrawn.send(Dispute, dispute=dispute, actor=actor)


@transaction.atomic
def settle(dispute: Dispute, *, corrected: bool, actor: Actor) -> None:
    """End an open dispute: the value was put right, or its source stands by it. A settled one stays as it is."""
    state = Dispute.State.CORRECTED if corrected else Dispute.State.UPHELD
    if Dispute.objects.filter(pk=dispute.pk, state=Dispute.State.OPEN).update(state=state):
        log.record(
            f"facts/{dispute.party_id}",
            "fact.dispute.settled",
            actor=actor,
            target=dispute.field,
            data={"dispute": dispute.ref, "corrected": corrected},
        )


def open_of(party: Party) -> dict[str, Dispute]:
    """The open disputes of a party by field."""
    return {dispute.field: dispute for dispute in Dispute.objects.filter(party=party, state=Dispute.State.OPEN)}


def _require_own(party: Party, actor: Actor, action: str) -> None:
    if actor.user is None or actor.party is None or actor.party.pk != party.pk:
        log.denied(action, actor=actor, target=f"facts/{party.pk}", reason="not acting for the party")
        raise PermissionDenied(_("只能对本人或所代表单位的数据提出异议。"))
