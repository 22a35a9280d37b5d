"""Deductions entered by an officer: one enters with evidence, another decides (两人录入复核, Art 34)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.supervision.credit import access, deductions
from apps.supervision.credit.indicators import ENTERED
from apps.supervision.credit.models import Deduction, Proposal


@transaction.atomic
def propose(party: Party, actor: Actor, data: dict[str, Any]) -> Proposal:
    """Enter a deduction; it costs nothing until a second person has agreed and the payer was told.

    :raises PermissionDenied: the actor does not enter deductions, or the payer is in another office's charge.
    :raises ValidationError: naming the field.
    """
    reach = access.may_propose(actor) and access.payers(actor).filter(pk=party.pk).exists()
    access.require(reach, actor, "credit.propose", party.ref)
    if party.kind != Party.Kind.ORGANISATION:
        raise ValidationError(_("自然人只建立守信档案，不扣分。"))
    if data["code"] not in dict(ENTERED):
        raise ValidationError({"code": _("这一项由系统自动采集，不需要录入。")})
    if data["happened_on"] > clock.today():
        raise ValidationError({"happened_on": _("这个日期不能晚于今天，请核对。")})
    row = Proposal(party=party, office=actor.office, proposed_by=actor.person, **data)
    row.full_clean(exclude=["ref"])
    if Deduction.objects.filter(party=party, code=row.code, period=row.period).exists():
        raise ValidationError({"period": _("这一项已经记录过，不会重复扣分。")})
    row.save()
    log.record(
        f"party/{party.ref}", "credit.proposed", actor=actor, target=row.ref, data={"code": row.code, "no": row.period}
    )
    return row


@transaction.atomic
def decide(proposal: Proposal, actor: Actor, *, accepted: bool, opinion: str = "") -> Proposal:
    """Agree to a deduction, which then is written and told to the payer; or turn it down.

    :raises PermissionDenied: the actor does not decide here, or entered it.
    :raises ValidationError: it was decided before, or turned down without a reason.
    """
    row = Proposal.objects.select_for_update(no_key=True, of=("self",)).select_related("party").get(pk=proposal.pk)
    reach = access.may_decide(actor) and Proposal.objects.visible_to(actor).filter(pk=row.pk).exists()
    access.require(reach, actor, "credit.decide", row.ref)
    if row.proposed_by_id == actor.person.pk:
        log.denied("credit.decide", actor=actor, target=row.ref, reason="entered it")
        raise PermissionDenied(_("录入人不能复核自己录入的扣分，请由另一位同事复核。"))
    if row.accepted is not None:
        raise ValidationError(_("这条录入已经复核过。"))
    if not accepted and not opinion.strip():
        raise ValidationError({"opinion": _("不同意的，请写明理由。")})
    row.accepted, row.opinion = accepted, opinion.strip()
    row.decided_by, row.decided_at = actor.person, clock.now()
    row.save(update_fields=["accepted", "opinion", "decided_by", "decided_at"])
    log.record(f"party/{row.party.ref}", "credit.decided", actor=actor, target=row.ref, data={"accepted": accepted})
    if accepted:
        deductions.record(
            [
                deductions.Finding(
                    party_id=row.party_id,
                    code=row.code,
                    period=row.period,
                    happened_on=row.happened_on,
                    # What nobody could know of cannot be mended in time: the days run from the day it is told.
                    counted_from=clock.today(),
                    evidence=row.evidence,
                    about=f"credit-proposal/{row.ref}",
                    tax=row.tax,
                    entered_by=row.proposed_by,
                    confirmed_by=actor.person,
                )
            ],
            actor=actor,
        )
        transaction.on_commit(deductions.tell, robust=True)
    return row
