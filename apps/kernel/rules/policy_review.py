"""Changes to a preferential policy, by two people: a version is proposed, another person decides (双人复核, Art 13)."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.facts import conditions
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import predicates, review, versions
from apps.kernel.rules.models import Policy, PolicyVersion, Proposal

PROPOSE, APPROVE = "rules.add_policyversion", "rules.approve_policyversion"


@transaction.atomic
def propose(actor: Actor, policy: Policy, *, reason: str, **version: Any) -> PolicyVersion:
    """Propose a version; nothing changes until someone else approves it.

    :raises ValidationError: naming what is wrong with it.
    :raises PermissionDenied: when the actor may not propose.
    """
    proposer = review.allowed(actor, PROPOSE, policy.code)
    proposed = PolicyVersion(policy=policy, reason=reason, proposed_by=proposer, **version)
    proposed.full_clean()
    _check(proposed)
    proposed.save()
    _record(proposed, "propose", actor)
    return proposed


@transaction.atomic
def approve(version: PolicyVersion, actor: Actor, opinion: str = "") -> PolicyVersion:
    """Put a proposed version in force from its first day on.

    :raises ValidationError: when it was decided already.
    :raises PermissionDenied: when the actor may not approve, or proposed it.
    """
    policy = Policy.objects.select_for_update(no_key=True).get(pk=version.policy_id)
    version, decider = review.open_for_decision(version, actor, APPROVE, policy.code)
    version.number = versions.next_number(policy)
    review.decide(version, Proposal.State.APPROVED, decider, opinion)
    _record(version, "approve", actor)
    return version


@transaction.atomic
def refuse(version: PolicyVersion, actor: Actor, opinion: str) -> None:
    """Refuse a proposed version, saying why.

    :raises ValidationError: when it was decided already, or no reason is given.
    :raises PermissionDenied: when the actor may not decide, or proposed it.
    """
    version, decider = review.open_for_decision(version, actor, APPROVE, version.policy.code)
    review.why_refused(opinion)
    review.decide(version, Proposal.State.REFUSED, decider, opinion)
    _record(version, "refuse", actor)


def _check(version: PolicyVersion) -> None:
    """The predicate can be read, and asks of each fact what that fact can answer."""
    try:
        conditions.check(predicates.parse(version.predicate))
    except ValidationError as error:
        raise ValidationError({"predicate": error.messages}) from error
    if version.straight_through and version.claim_mode == PolicyVersion.ClaimMode.APPROVAL:
        raise ValidationError({"straight_through": _("需要核准的政策不能免申即享，请改变享受方式或者取消免申即享。")})


def _record(version: PolicyVersion, action: str, actor: Actor) -> None:
    data = {
        "version": version.pk,
        "number": version.number,
        "predicate": version.predicate,
        "from": _iso(version.valid_from),
        "to": _iso(version.valid_to),
        "reason": version.reason,
        "opinion": version.opinion,
    }
    code = version.policy.code
    log.record(f"policy/{code}", f"rules.policy-{action}", actor=actor, target=code, data=data)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
