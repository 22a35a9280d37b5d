"""Changes to the law held here, by two people: one proposes, another approves or refuses (双人复核)."""

import datetime as dt
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import User
from apps.kernel.rules.models import Parameter, ParameterChange, Proposal, Provision
from apps.kernel.workcalendar import clock

PROPOSE, APPROVE = "rules.add_parameterchange", "rules.approve_parameterchange"
P = TypeVar("P", bound=Proposal)
ONE_DAY = dt.timedelta(days=1)
PROVISION_FIELDS = tuple(field.attname for field in Provision._meta.concrete_fields)  # noqa: SLF001 - its own list


@transaction.atomic
def propose(actor: Actor, *, reason: str, **provision: Any) -> ParameterChange:
    """Propose a dated rule; nothing changes until someone else approves it.

    :raises ValidationError: naming what is wrong with the rule.
    :raises PermissionDenied: when the actor may not propose.
    """
    proposer = allowed(actor, PROPOSE, provision.get("code", ""))
    change = ParameterChange(**provision, reason=reason, proposed_by=proposer)
    change.full_clean()
    change.save()
    _record(change, "propose", actor)
    return change


@transaction.atomic
def approve(change: ParameterChange, actor: Actor, opinion: str = "") -> Parameter:
    """Put a proposed rule in force. A rule in force before it ends the day before, and resumes after its last day.

    :raises ValidationError: when it was decided already, or a later rule begins within its period.
    :raises PermissionDenied: when the actor may not approve, or proposed it.
    """
    change, decider = open_for_decision(change, actor, APPROVE, change.code)
    row = _put_in_force(change)
    decide(change, Proposal.State.APPROVED, decider, opinion)
    _record(change, "approve", actor)
    return row


@transaction.atomic
def refuse(change: ParameterChange, actor: Actor, opinion: str) -> None:
    """Refuse a proposed rule, saying why.

    :raises ValidationError: when it was decided already, or no reason is given.
    :raises PermissionDenied: when the actor may not decide, or proposed it.
    """
    change, decider = open_for_decision(change, actor, APPROVE, change.code)
    why_refused(opinion)
    decide(change, Proposal.State.REFUSED, decider, opinion)
    _record(change, "refuse", actor)


def open_for_decision(change: P, actor: Actor, permission: str, target: str) -> tuple[P, User]:
    """The proposal, locked, and who decides on it: someone with the permission who did not propose it."""
    decider = allowed(actor, permission, target)
    locked = type(change)._default_manager.select_for_update(no_key=True).get(pk=change.pk)  # noqa: SLF001 - Django's public manager
    if locked.proposed_by_id == decider.pk:
        log.denied("rules.approve", actor=actor, target=target, reason="proposed it")
        raise PermissionDenied(_("提出人不能复核自己提出的变更。"))
    if locked.state != Proposal.State.PROPOSED:
        raise ValidationError(_("这项变更已经复核过了。"))
    return locked, decider


def _put_in_force(change: ParameterChange) -> Parameter:
    provision = {name: getattr(change, name) for name in PROVISION_FIELDS}
    last = change.valid_to or dt.date.max
    rows = list(Parameter.objects.select_for_update(no_key=True).filter(code=change.code, region=change.region))
    if later := next((row for row in rows if change.valid_from < row.valid_from <= last), None):
        raise ValidationError({"valid_to": _("%(day)s 起另有规定，请把终止日期定在此前。") % {"day": later.valid_from}})
    for row in rows:
        if row.valid_from <= change.valid_from <= (row.valid_to or dt.date.max):
            _make_room(row, change.valid_from, last)
    row = Parameter(**provision, review=Parameter.Review.REVIEWED)
    row.full_clean()
    row.save()
    return row


def _make_room(row: Parameter, first: dt.date, last: dt.date) -> None:
    """Take the days ``first``..``last`` out of a row: what lies before stays, what lies after becomes a row."""
    tail_to, resumes = row.valid_to, last < (row.valid_to or dt.date.max)
    if row.valid_from < first:
        row.valid_to = first - ONE_DAY
        row.save(update_fields=["valid_to"])
    else:
        row.delete()
    if resumes:
        row.pk, row.valid_from, row.valid_to = None, last + ONE_DAY, tail_to
        row.save(force_insert=True)


def decide(change: Proposal, state: str, decider: User, opinion: str) -> None:
    """Write down what became of a proposal and who said so."""
    change.state, change.decided_by, change.decided_at, change.opinion = state, decider, clock.now(), opinion
    change.save()


def why_refused(opinion: str) -> None:
    """A refusal says why."""
    if not opinion.strip():
        raise ValidationError({"opinion": _("请填写退回理由。")})


def allowed(actor: Actor, permission: str, target: str) -> User:
    """The person behind an actor who holds the permission; the attempt of anybody else stays on record."""
    if actor.user is None or not actor.user.has_perm(permission):
        log.denied(permission, actor=actor, target=target, reason="no permission")
        raise PermissionDenied(_("您没有维护法定参数的权限。"))
    return actor.user


def _record(change: ParameterChange, action: str, actor: Actor) -> None:
    data = {
        "change": change.pk,
        "value": change.value,
        "from": change.valid_from.isoformat(),
        "to": change.valid_to.isoformat() if change.valid_to else None,
        "reason": change.reason,
        "opinion": change.opinion,
    }
    log.record(f"law/{change.code}", f"rules.{action}", actor=actor, target=change.code, data=data)
