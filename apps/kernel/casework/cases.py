"""The only doors that create and change a case.

``open_case`` begins one, ``perform`` moves it. Each is one transaction: lock, check, change, step,
audit event, clocks, outbox. Pages, API, tasks and tests all come through here.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.casework import clocks, custody, handover
from apps.kernel.casework.models import Case, CaseDetail, Step, next_number
from apps.kernel.casework.procedures import (
    APPLICANT,
    BEYOND_ROLES,
    DRAFT,
    RECEIVER,
    SUPERIOR,
    SYSTEM,
    Procedure,
    Transition,
    recorded,
)
from apps.kernel.casework.signals import case_opened
from apps.kernel.documents import letters
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock


class NotOpen(ValidationError):
    """The action is not open in the case's present state."""


@transaction.atomic
def open_case(
    procedure: Procedure,
    actor: Actor,
    detail: dict[str, Any],
    *,
    title: str = "",
    idempotency_key: str | None = None,
) -> Case:
    """Begin a case as a draft that only the applicant's side can see.

    A second call with the same key by the same user returns the first case.

    :raises PermissionDenied: the party may not apply, or the mandate does not reach this matter.
    """
    may_apply(procedure, actor)
    if idempotency_key:
        first = Case.objects.filter(opened_by=actor.user, idempotency_key=idempotency_key).first()
        if first is not None:
            return first
    case = Case.objects.create(
        number=next_number(),
        procedure=procedure.code,
        applicant=actor.party,
        opened_by=actor.user,
        mandate=actor.mandate,
        channel=actor.channel,
        title=title or recorded(procedure.title),
        idempotency_key=idempotency_key,
    )
    procedure.detail._default_manager.create(case=case, **detail)  # noqa: SLF001 - Django's public manager
    log.record(case.about, "opened", actor=actor, target=procedure.code)
    case_opened.send(Case, case=case, actor=actor)
    return case


@transaction.atomic
def open_submitted(
    procedure: Procedure,
    actor: Actor,
    detail: dict[str, Any],
    *,
    idempotency_key: str,
    submit: bool = True,
) -> Case:
    """Open a case and submit it in one go: all of it happens or nothing."""
    if procedure.opener is not None:
        case = procedure.opener(actor, detail, idempotency_key)
    else:
        case = open_case(procedure, actor, detail, idempotency_key=idempotency_key)
    return perform(case, "submit", actor, idempotency_key=idempotency_key) if submit else case


def may_apply(procedure: Procedure, actor: Actor) -> None:
    """Raise ``PermissionDenied`` unless the actor may apply for this matter."""
    if procedure.audience:
        if actor.party is None or actor.party.kind not in procedure.audience:
            raise PermissionDenied(_("该事项不适用于您当前的身份，请切换身份后再试。"))
        if actor.mandate is not None and not actor.mandate.covers(matter=procedure.code):
            raise PermissionDenied(_("您的授权不包括这个事项，请委托人调整授权范围。"))
    elif actor.office is None and not actor.is_system:
        raise PermissionDenied(_("该事项由机关单位发起。"))


@transaction.atomic
def save_draft(case: Case, actor: Actor, detail: dict[str, Any]) -> CaseDetail:
    """Keep what has been typed so far on a draft, or on a case sent back for supplement.

    :raises NotOpen: once the case is submitted.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    state = case.standing
    if case.state != DRAFT and not state.waits_for_applicant:
        raise NotOpen(_("该事项已提交，不能再修改。需要更正时请先撤回，或等待补正通知。"))
    if not _is_applicant(case, actor):
        raise PermissionDenied(_("只有申请人可以修改申请内容。"))
    handover.check_hand(case, actor)
    row = case.detail
    for name, value in detail.items():
        setattr(row, name, value)
    row.save()
    return row


def perform(case: Case, action: str, actor: Actor, *, idempotency_key: str | None = None, **data: Any) -> Case:
    """Do one action on a case and return it as it then stands.

    ``data`` is what the transition's form asks for (``reason``, ``clause``, ``office`` …). A second call
    with the same key changes nothing and returns the case.

    :raises NotOpen: the action is not open in this state.
    :raises PermissionDenied: the actor may not do it; the attempt stays on record.
    :raises ValidationError: what was given is not enough or not right.
    """
    try:
        with transaction.atomic():
            locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
            if idempotency_key and locked.steps.filter(idempotency_key=idempotency_key).exists():
                return locked
            _move(locked, action, actor, data, idempotency_key)
    except PermissionDenied as refusal:
        log.denied(f"case.{action}", actor=actor, target=case.number, reason=str(refusal))
        raise
    return locked


def available_actions(case: Case, actor: Actor) -> list[Transition]:
    """The rows open to this actor now: they are the buttons, the API's actions and the tests' matrix."""
    return [row for row in case.definition.from_state(case.state) if _allowed(case, row, actor)]


def _move(case: Case, action: str, actor: Actor, data: dict[str, Any], key: str | None = None) -> None:
    procedure, source = case.definition, case.state
    row = procedure.transition(action, source)
    if row is None:
        raise NotOpen(
            _("该事项目前是“%(state)s”，不能进行这个操作。请刷新页面后再试。") % {"state": case.standing.label}
        )
    if not _allowed(case, row, actor):
        raise PermissionDenied(_("您没有办理这一步的权限。"))
    submitting = source == DRAFT and row.target != DRAFT
    if submitting:
        handover.check_hand(case, actor, submitting=True)
    if row.guard is not None:
        row.guard(case, actor, data)
    at = clock.now()
    held_by = case.office
    if submitting:
        _submit(case, procedure, at)
    if row.target is not None:
        case.state = row.target
    counterpart = _hand_over(case, row, actor, data, at)
    if row.effect is not None:
        row.effect(case, actor, data)
    # A closed case that moves on to another final state was closed when it was first decided.
    case.closed_at = (case.closed_at or at) if case.standing.final else None
    case.save()
    _write_step(case, row, actor, data, at, source=source, held_by=held_by, counterpart=counterpart, key=key)
    _turn_clocks(case, procedure, row, at, data)
    log.record(case.about, row.action, actor=actor, target=procedure.code, data={"from": source, "to": case.state})
    _tell(case, row, actor, data, counterpart)
    if row.then is not None:
        following = row.then(case)
        if following is not None:
            _move(case, following, Actor.system("decision"), {})


def _submit(case: Case, procedure: Procedure, at: dt.datetime) -> None:
    detail = case.detail
    detail.full_clean(exclude=["case"])
    if procedure.validate is not None:
        procedure.validate(detail)
    case.submitted_at = at
    handover.submitted(case)
    custody.give(case, procedure.route(case), at)


def _hand_over(case: Case, row: Transition, actor: Actor, data: dict[str, Any], at: dt.datetime) -> Office | None:
    if row.action == "transfer":
        custody.offer(case, data["office"], at, data["reason"])
        return data["office"]
    if row.action == "receive":
        before = case.office
        custody.receive(case, actor.office, at)
        return before
    if row.action == "decline":
        custody.decline(case, actor.office, at)
        return case.office
    if case.standing.final:
        custody.withdraw_offer(case, at)
    return None


def _turn_clocks(case: Case, procedure: Procedure, row: Transition, at: dt.datetime, data: dict[str, Any]) -> None:
    if row.pauses:
        clocks.pause(case, at, data.get("reason", ""))
    if row.resumes:
        clocks.resume(case, at)
    if row.action == "extend" and not clocks.extend(case, procedure, at):
        raise ValidationError(_("该事项的时限依法不能延长，或者已经延长过一次。"))
    clocks.on_action(case, procedure, row.action, at)
    if case.standing.final:
        clocks.stop_all(case, at)


def _write_step(case, row, actor, data, at, *, source, held_by, counterpart, key) -> None:
    Step.objects.create(
        case=case,
        at=at,
        action=row.action,
        source=source,
        target=case.state,
        user=actor.user,
        user_label=actor.label,
        office=actor.office,
        office_label=str(actor.office or ""),
        party_label=str(actor.party or ""),
        target_office=counterpart or (case.office if held_by is None else None),
        target_office_label=str(counterpart or (case.office if held_by is None else "") or ""),
        channel=actor.channel,
        reason=data.get("reason", ""),
        clause=data.get("clause", ""),
        public=row.public,
        idempotency_key=key,
    )


def _tell(case: Case, row: Transition, actor: Actor, data: dict[str, Any], counterpart: Office | None) -> None:
    if case.applicant is None:
        return
    if row.letter:
        letters.issue(
            row.letter,
            case.applicant,
            {
                "number": case.number,
                "title": case.title,
                "reason": data.get("reason", ""),
                "clause": data.get("clause", ""),
                "office": str(case.office),
            },
            actor=actor,
            about=case.about,
        )
    if row.notice:
        outbox.send(
            row.notice,
            case.applicant,
            {
                "number": case.number,
                "title": case.title,
                "state": str(case.standing.label),
                "reason": data.get("reason", ""),
                "office": str(counterpart or case.office),
            },
            about=case.about,
        )


def _allowed(case: Case, row: Transition, actor: Actor) -> bool:
    if actor.is_system:
        return SYSTEM in row.by
    if _is_applicant(case, actor):
        return APPLICANT in row.by
    if actor.office is None or actor.party is not None:
        return False
    if RECEIVER in row.by and case.offered_to_office(actor.office):
        return True
    if SUPERIOR in row.by and case.office is not None and case.office.parent_id == actor.office.pk:
        return True
    return case.office_id == actor.office.pk and bool((row.by - BEYOND_ROLES) & actor.roles)


def _is_applicant(case: Case, actor: Actor) -> bool:
    return (
        actor.party is not None
        and case.applicant_id == actor.party.pk
        and (not actor.draft or (actor.draft == case.number and case.state == DRAFT))
        and (actor.mandate is None or actor.mandate.covers(matter=case.procedure))
    )
