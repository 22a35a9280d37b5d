"""What the lists of a workbench show: what nobody has taken up, what is mine, what others send (Arts 11, 22).

Each function is one statement, so a workbench costs the same at three cases and at three million.
"""

from django.db.models import F

from apps.kernel.casework import desk
from apps.kernel.casework.models import Case, CaseQuerySet
from apps.kernel.parties.actors import Actor

LISTED = 10


def inbox(actor: Actor) -> list[Case]:
    """What nobody in the office has taken up yet, soonest due first."""
    return list(_by_due(desk.cases(actor).unassigned()))


def mine(actor: Actor) -> list[Case]:
    """What the actor handles, soonest due first."""
    return list(_by_due(desk.cases(actor).filter(handler=actor.user)))


def offered(actor: Actor) -> list[Case]:
    """What other offices want to hand over to this one, oldest first."""
    return list(
        Case.objects.offered_to(actor.office).not_kept_from(actor).select_related("office").order_by("pk")[:LISTED]
    )


def for_review(actor: Actor) -> list[Case]:
    """What offices below this one did and wait for it to review, soonest due first."""
    return list(
        _by_due(Case.objects.for_review_by(actor.office).not_kept_from(actor).with_due().select_related("office"))
    )


def _by_due(cases: CaseQuerySet) -> CaseQuerySet:
    return cases.order_by(F("due_at").asc(nulls_last=True), "pk")[:LISTED]
