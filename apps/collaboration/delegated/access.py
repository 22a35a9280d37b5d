"""Who collects, who looks after collectors, who decides (Art 23)."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from apps.collaboration.delegated.models import CollectedItem, DelegatedAgreement, GridCollector
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Role
from apps.kernel.workcalendar import clock


def looks_after(actor: Actor, agreement: DelegatedAgreement) -> bool:
    """A clerk or chief of the tax office that holds the agreement."""
    return (
        actor.front_door == "counter"
        and actor.office.pk == agreement.case.office_id
        and bool({Role.CLERK, Role.CHIEF} & actor.roles)
    )


def decides(actor: Actor, agreement: DelegatedAgreement) -> bool:
    """A chief of the tax office that holds the agreement."""
    return looks_after(actor, agreement) and Role.CHIEF in actor.roles


def collects(actor: Actor, agreement: DelegatedAgreement) -> bool:
    """The collector's side: whoever acts for it, its own system, or a grid collector named under the agreement."""
    if actor.party is not None:
        return actor.party.pk == agreement.case.applicant_id and not actor.draft
    if actor.front_door != "partner" or actor.office.pk != agreement.works_as_id:
        return False
    if Role.OFFICER in actor.roles:
        return True
    return Role.GRID in actor.roles and named(actor, agreement, clock.today())


def named(actor: Actor, agreement: DelegatedAgreement, on: dt.date) -> bool:
    """Whether the user is a grid collector of the agreement on a day."""
    return GridCollector.objects.in_force(on).filter(agreement=agreement, user=actor.user).exists()


def signs(actor: Actor) -> bool:
    """Only whoever may bind the collector: its legal representative."""
    return actor.party is not None and (actor.mandate is None or actor.mandate.kind in Mandate.MANAGING_KINDS)


def works_for_collectors(actor: Actor) -> bool:
    """Whether the actor's office or street collects under any agreement: for the menu."""
    return (
        actor.front_door == "partner"
        and bool({Role.OFFICER, Role.GRID} & actor.roles)
        and DelegatedAgreement.objects.filter(works_as=actor.office).exists()
    )


def tax_staff(actor: Actor) -> bool:
    """Clerks and chiefs at a tax office."""
    return actor.front_door == "counter" and bool({Role.CLERK, Role.CHIEF} & actor.roles)


def may_open_receipt(about: str, actor: Actor) -> bool:
    """Who sees the agreement may open the receipts given under it."""
    items = CollectedItem.objects.visible_to(actor)
    return actor.user is not None and items.filter(ref=about.partition("/")[2]).exists()


def require(action: str, actor: Actor, target: str, *, allowed: bool) -> None:
    """Refuse whoever may not; the attempt is on record.

    :raises PermissionDenied: as said.
    """
    if not allowed:
        log.denied(f"delegated.{action}", actor=actor, target=target, reason="not their part in the agreement")
        raise PermissionDenied(_("您没有办理这一步的权限。"))
