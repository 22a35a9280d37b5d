"""Who may do what to a case: apply for it, carry out a row of its table, hand in papers."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from apps.kernel.casework import clocks, custody, handover
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import (
    APPLICANT,
    BEYOND_ROLES,
    DONE,
    DRAFT,
    RECEIVER,
    REQUESTER,
    SUPERIOR,
    SYSTEM,
    Procedure,
    Transition,
)
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role

# Who takes in papers brought to the office that holds a case.
PAPER_TAKERS = frozenset({Role.CLERK, Role.OFFICER})
# What every procedure asks of these actions.
BARS = {"extend": clocks.extendable, "transfer": custody.not_offered}
# Who asks another office for something in the name of their own.
ASKERS = frozenset({Role.CLERK, Role.OFFICER, Role.CHIEF, Role.RISK})


def may_apply(procedure: Procedure, actor: Actor) -> None:
    """Raise ``PermissionDenied`` unless the actor may apply for this matter."""
    if procedure.audience:
        if actor.party is None or actor.party.kind not in procedure.audience:
            raise PermissionDenied(_("该事项不适用于您当前的身份，请切换身份后再试。"))
        if actor.mandate is not None and not actor.mandate.covers(matter=procedure.code):
            raise PermissionDenied(_("您的授权不包括这个事项，请委托人调整授权范围。"))
    elif procedure.whole and not actor.is_system:
        raise PermissionDenied(_("这个环节随整件事一起办理，不能单独提出。"))
    elif actor.office is None and not actor.is_system:
        raise PermissionDenied(_("该事项由机关单位发起。"))


def available_actions(case: Case, actor: Actor) -> list[Transition]:
    """The rows open to this actor now: they are the buttons, the API's actions and the tests' matrix."""
    return [row for row, barred in _rows(case, actor) if barred is None]


def barred_actions(case: Case, actor: Actor) -> list[tuple[Transition, str]]:
    """The rows that would be open, were it not for what is said beside each; what was done already is left out."""
    return [
        (row, " ".join(getattr(barred, "messages", None) or [str(barred)]))
        for row, barred in _rows(case, actor)
        if barred is not None and getattr(barred, "code", "") != DONE
    ]


def _rows(case: Case, actor: Actor) -> Iterator[tuple[Transition, Exception | None]]:
    for row in case.definition.from_state(case.state):
        if allowed(case, row, actor):
            try:
                check_bar(case, row, actor)
                if case.state == DRAFT and row.action == "submit":
                    handover.may_submit(case, actor)  # a submission asks itself, and ends the hand-over
            except (ValidationError, PermissionDenied) as barred:
                yield row, barred
            else:
                yield row, None


def check_bar(case: Case, row: Transition, actor: Actor) -> None:
    """Raise what bars a row of the table now, whatever is given."""
    if row.action in BARS:
        BARS[row.action](case)
    if row.bar is not None:
        row.bar(case, actor)


def allowed(case: Case, row: Transition, actor: Actor) -> bool:
    """Whether a row of the table that is open here is open to this actor."""
    if actor.is_system:
        return SYSTEM in row.by
    if is_applicant(case, actor):
        return APPLICANT in row.by
    if actor.office is None or actor.party is not None:
        return False
    if RECEIVER in row.by and case.offered_to_office(actor.office):
        return True
    if SUPERIOR in row.by and case.office is not None and case.office.parent_id == actor.office.pk:
        return True
    if REQUESTER in row.by and _asks(case, actor, actor.office):
        return True
    # A draft about somebody is held by the officer who opened it, until it is with the office in charge.
    holds = case.office_id == actor.office.pk or (case.office_id is None and case.opened_by_id == actor.person.pk)
    return holds and bool((row.by - BEYOND_ROLES) & actor.roles)


def _asks(case: Case, actor: Actor, office: Office) -> bool:
    """Whether the actor, at work in ``office``, asks: it is the one the procedure names, or the one that opened it."""
    if case.definition.requester is not None:
        asking = case.definition.requester(case)
        return asking is not None and asking.pk == office.pk and bool(ASKERS & actor.roles)
    if case.applicant_id is not None:
        return False
    if case.opened_by_id == actor.person.pk:
        return True
    first = case.custodies.values_list("office", flat=True).first()
    return first == office.pk and bool(ASKERS & actor.roles)


def is_applicant(case: Case, actor: Actor) -> bool:
    """Whether the actor is the applicant or acts for them in this matter."""
    return (
        actor.party is not None
        and case.applicant_id == actor.party.pk
        and (not actor.draft or (actor.draft == case.number and case.state == DRAFT))
        and (actor.mandate is None or actor.mandate.covers(matter=case.matter))
    )


def may_attach(case: Case, actor: Actor) -> bool:
    """The applicant while the case is theirs to complete, the office that holds it while it is open."""
    if is_applicant(case, actor):
        return case.state == DRAFT or case.standing.waits_for_applicant
    return (
        actor.party is None
        and actor.office is not None
        and case.applicant_id is not None  # papers are held of a party; a case between offices is about none
        and case.office_id == actor.office.pk
        and bool(actor.roles & PAPER_TAKERS)
        and case.closed_at is None
        and not case.parts.exists()
    )
