"""Who delivers sources, who works the queue of the unmatched (Art 25)."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from apps.collaboration.fees.models import FeeDuty, FeeSource
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role


def delivers(actor: Actor) -> bool:
    """Whether the actor is an officer of a department with a duty to deliver sources."""
    return (
        actor.front_door == "partner"
        and Role.OFFICER in actor.roles
        and FeeDuty.objects.filter(office=actor.office).exists()
    )


def matches(actor: Actor) -> bool:
    """Whether the actor may match or return a source: a clerk of a tax office."""
    return actor.front_door == "counter" and Role.CLERK in actor.roles


def require_department(actor: Actor, action: str, target: str = "") -> None:
    """Refuse whoever does not deliver sources; the attempt is on record.

    :raises PermissionDenied: unless the actor's department has that duty.
    """
    if not delivers(actor):
        log.denied(action, actor=actor, target=target, reason="no duty to deliver fee sources")
        raise PermissionDenied(_("只有负有费源传递职责的部门可以这样做。"))


def require_own(source: FeeSource, actor: Actor, action: str) -> None:
    """Refuse a department that did not deliver this source.

    :raises PermissionDenied: as above.
    """
    require_department(actor, action, source.about)
    if source.office_id != actor.office.pk:
        log.denied(action, actor=actor, target=source.about, reason="another department's source")
        raise PermissionDenied(_("只能变更、撤销本部门传递的费源。"))


def require_clerk(source: FeeSource, actor: Actor, action: str) -> None:
    """Refuse whoever is not a clerk of a tax office.

    :raises PermissionDenied: as above.
    """
    if not matches(actor):
        log.denied(action, actor=actor, target=source.about, reason="not a tax clerk")
        raise PermissionDenied(_("只有税务机关的办税人员可以匹配或者退回费源。"))
