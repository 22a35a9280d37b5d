"""The life of a mandate (代理授权): invited, accepted or confirmed, revoked at once by either side (Arts 7, 11).

Each change is one transaction: lock the row, check it, change it, leave a history row, audit, tell
the rooms above (``signals.mandate_changed``).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, MandateEvent, Organisation, Party, Role
from apps.kernel.parties.signals import mandate_changed
from apps.kernel.workcalendar import clock

Kind, State = Mandate.Kind, Mandate.State

# A court or civil affairs paper proves a guardian, so a clerk confirms it instead of the guardian.
NEEDS_PAPER = frozenset({Kind.GUARDIAN})
# A legal representative is registered with the market regulator, never invited.
INVITED_BY: dict[str, tuple[Mandate.Kind, ...]] = {
    Party.Kind.ORGANISATION: (Kind.FINANCE, Kind.FILER, Kind.AGENT),
    Party.Kind.PERSON: (Kind.RELATIVE, Kind.GUARDIAN, Kind.AGENT),
}


class Side(StrEnum):
    """In which capacity somebody touches a mandate."""

    PRINCIPAL = "principal"
    AGENT = "agent"
    OFFICE = "office"


@dataclass(frozen=True)
class Transition:
    """One allowed change: from which states, to which, by whom, for which kinds."""

    sources: tuple[str, ...]
    target: str
    by: frozenset[Side]
    with_paper: bool | None = None
    needs_reason: bool = False


TRANSITIONS = {
    "accept": Transition((State.INVITED,), State.ACTIVE, frozenset({Side.AGENT}), with_paper=False),
    "confirm": Transition((State.INVITED,), State.ACTIVE, frozenset({Side.OFFICE}), with_paper=True, needs_reason=True),
    "decline": Transition((State.INVITED,), State.DECLINED, frozenset({Side.AGENT, Side.OFFICE})),
    "revoke": Transition(
        (State.INVITED, State.ACTIVE), State.REVOKED, frozenset({Side.PRINCIPAL, Side.AGENT}), needs_reason=True
    ),
}


def find_agent(*, number: str, name: str) -> Party:
    """The person or organisation behind an identity number or credit code, when the name fits as well.

    Number and name must both be right, so the search tells nothing to somebody who does not know both.
    """
    number = number.strip().upper()
    wanted = Party.objects.filter(name=name.strip(), active=True)
    found = wanted.filter(person__id_number=number).first() or wanted.filter(organisation__uscc=number).first()
    if found is None:
        message = _("没有找到号码与姓名（名称）都相符的人员或单位。请核对后重填；对方须先在本平台登记。")
        raise _wrong("agent_number", message, "agent_unknown")
    return found


@transaction.atomic
def invite(
    principal: Party,
    agent: Party,
    kind: str,
    *,
    actor: Actor,
    levies: Sequence[str] = (),
    matters: Sequence[str] = (),
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Mandate:
    """Offer ``agent`` a mandate to act for ``principal``. The same offer made twice is one offer."""
    by_clerk = kind in NEEDS_PAPER and Side.OFFICE in _sides(actor, principal=principal)
    if not by_clerk and not _manages(actor, principal):
        log.denied("mandate.invite", actor=actor, target=principal.ref, reason="does not manage the principal")
        raise PermissionDenied
    _check_fit(principal, agent, kind)
    scope = {
        "levies": sorted(levies),
        "matters": sorted(matters),
        "valid_from": valid_from or clock.today(),
        "valid_to": valid_to,
    }
    if valid_to is not None and valid_to < clock.today():
        raise ValidationError(
            {"valid_to": ValidationError(_("结束日期已经过去。请填写今天或以后的日期。"), code="past")}
        )
    Party.objects.select_for_update(no_key=True).get(pk=principal.pk)
    for former in Mandate.objects.filter(
        principal=principal, agent=agent, kind=kind, state__in=(State.INVITED, State.ACTIVE)
    ):
        if former.valid_to is not None and former.valid_to < clock.today():
            _write(former, "expire", State.EXPIRED, actor, reason="")
        elif former.state == State.INVITED and all(getattr(former, name) == value for name, value in scope.items()):
            return former
    mandate = Mandate(principal=principal, agent=agent, kind=kind, **scope)
    mandate.full_clean()
    mandate.save()
    _announce(mandate, "invite", actor)
    return mandate


def accept(mandate: Mandate, *, actor: Actor) -> Mandate:
    """The agent accepts the offer and may act from now on."""
    return _change(mandate, "accept", actor)


def confirm(mandate: Mandate, *, actor: Actor, paper: str) -> Mandate:
    """A clerk has seen the guardian's paper: its number is kept as the reason."""
    return _change(mandate, "confirm", actor, paper)


def decline(mandate: Mandate, *, actor: Actor, reason: str = "") -> Mandate:
    """The agent does not take the offer, or a clerk refuses a guardian's paper."""
    return _change(mandate, "decline", actor, reason)


def revoke(mandate: Mandate, *, actor: Actor, reason: str) -> Mandate:
    """Either side ends the mandate; access is gone at the next request."""
    return _change(mandate, "revoke", actor, reason)


def open_to(mandate: Mandate, actor: Actor) -> list[str]:
    """The changes this actor may make now; pages and use cases ask the same table."""
    sides = _sides(actor, principal=mandate.principal, mandate=mandate)
    return [action for action, step in TRANSITIONS.items() if _allowed(step, mandate) and step.by & sides]


@transaction.atomic
def _change(mandate: Mandate, action: str, actor: Actor, reason: str = "") -> Mandate:
    step, reason = TRANSITIONS[action], reason.strip()
    mandate = (
        Mandate.objects.select_for_update(no_key=True, of=("self",))
        .select_related("principal", "agent")
        .get(pk=mandate.pk)
    )
    if not step.by & _sides(actor, principal=mandate.principal, mandate=mandate):
        log.denied(f"mandate.{action}", actor=actor, target=mandate.ref, reason="is not a side of the mandate")
        raise PermissionDenied
    if not _allowed(step, mandate):
        message = _("这份授权现在是“%(state)s”，不能再做这项操作。") % {"state": mandate.get_state_display()}
        raise ValidationError(message, code="state")
    if step.needs_reason and not reason:
        raise _wrong("reason", _("请写明原因或者证明材料编号。"), "required")
    return _write(mandate, action, step.target, actor, reason=reason)


@transaction.atomic
def register_legal(company: Party, person: Party, *, actor: Actor) -> Mandate:
    """The mandate of a company's legal representative, from the registers: nobody invites, nobody accepts."""
    mandate, created = Mandate.objects.get_or_create(
        principal=company, agent=person, kind=Kind.LEGAL, state=State.ACTIVE
    )
    if created:
        _announce(mandate, "register", actor)
    return mandate


def _write(mandate: Mandate, action: str, state: str, actor: Actor, *, reason: str) -> Mandate:
    mandate.state = state
    mandate.save(update_fields=["state"])
    _announce(mandate, action, actor, reason)
    return mandate


def _announce(mandate: Mandate, action: str, actor: Actor, reason: str = "") -> None:
    MandateEvent.objects.create(mandate=mandate, action=action, by=actor.user, reason=reason)
    log.record(
        f"party/{mandate.principal.ref}",
        f"mandate.{action}",
        actor=actor,
        target=mandate.ref,
        data={"kind": mandate.kind, "state": mandate.state, "agent": mandate.agent.ref},
    )
    todos.changed(mandate.agent)
    mandate_changed.send(sender=Mandate, mandate=mandate, action=action, actor=actor)


def _allowed(step: Transition, mandate: Mandate) -> bool:
    fits = step.with_paper is None or step.with_paper == (mandate.kind in NEEDS_PAPER)
    return fits and mandate.state in step.sources


def _manages(actor: Actor, party: Party) -> bool:
    return actor.party == party and (actor.mandate is None or actor.mandate.kind in Mandate.MANAGING_KINDS)


def _sides(actor: Actor, *, principal: Party, mandate: Mandate | None = None) -> set[Side]:
    sides = set()
    if _manages(actor, principal):
        sides.add(Side.PRINCIPAL)
    if actor.office is not None and actor.office == principal.office and Role.CLERK in actor.roles:
        sides.add(Side.OFFICE)
    if mandate is not None and (_manages(actor, mandate.agent) or _own(actor, mandate)):
        sides.add(Side.AGENT)
    return sides


def _own(actor: Actor, mandate: Mandate) -> bool:
    """The agent in person, acting for the principal under this very mandate."""
    return (
        actor.mandate == mandate
        and actor.user is not None
        and Party.objects.filter(pk=mandate.agent_id, person__user=actor.user).exists()
    )


def _check_fit(principal: Party, agent: Party, kind: str) -> None:
    if kind not in INVITED_BY[principal.kind]:
        raise _wrong("kind", _("这种身份不能通过邀请取得。请另选一种。"), "kind")
    if agent == principal:
        raise _wrong("agent_number", _("不能邀请自己。请填写对方的号码。"), "self")
    is_firm = Organisation.objects.filter(party=agent, form=Organisation.Form.AGENCY).exists()
    if kind == Kind.AGENT and not is_firm:
        raise _wrong("agent_number", _("对方不是涉税专业服务机构。请选择其他身份或另填机构。"), "not_agency")
    if kind != Kind.AGENT and agent.kind != Party.Kind.PERSON:
        raise _wrong("agent_number", _("这种身份只能由自然人担任。请填写个人的身份证号码。"), "not_person")


def _wrong(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})
