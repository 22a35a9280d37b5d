"""How to appeal, on every refusal: the last day and a way into reconsideration (Art 31)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.casework.page_parts import Part
from apps.kernel.casework.standard import REFUSED
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.complaints.reconsideration import RECONSIDERATION, last_day


def may_appeal(case: Case, actor: Actor) -> bool:
    """A refusal of a tax authority that is not itself a reconsideration, for the applicant's side, in time."""
    return (
        actor.party is not None
        and case.applicant_id == actor.party.pk
        and not actor.draft
        and case.state == REFUSED
        and case.procedure != RECONSIDERATION.code
        and case.office is not None
        and case.office.is_tax
        and last_day(_decided_on(case)) >= clock.today()
    )


@transaction.atomic
def begin(case: Case, actor: Actor, *, key: str | None = None) -> Case:
    """A draft of an application that already names the decision.

    :raises PermissionDenied: there is nothing to appeal against.
    """
    if not may_appeal(case, actor):
        raise PermissionDenied
    detail = {"office": case.office, "decision_number": case.number, "learned_on": _decided_on(case)}
    return cases.open_case(RECONSIDERATION, actor, detail, idempotency_key=key)


def of_case(case: Case, actor: Actor) -> Part | None:
    """The way to appeal, for the page of a refused case."""
    if not may_appeal(case, actor):
        return None
    return Part("complaints/_appeal.html", {"until": last_day(_decided_on(case)), "superior": case.office.parent})


def _decided_on(case: Case):
    return case.closed_at.astimezone(SHANGHAI).date()
