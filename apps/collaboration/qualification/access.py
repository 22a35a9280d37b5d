"""Who tells of qualifications, and who asks for their verification (Art 26)."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from apps.collaboration.qualification.models import QualificationDuty
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role

VERIFIERS = frozenset({Role.CLERK, Role.CHIEF, Role.RISK})


def determines(actor: Actor) -> bool:
    """Whether the actor is an officer of a department that determines qualifications."""
    return (
        actor.front_door == "partner"
        and Role.OFFICER in actor.roles
        and QualificationDuty.objects.filter(office=actor.office).exists()
    )


def verifies(actor: Actor) -> bool:
    """Whether the actor works in a tax office and may ask for a verification."""
    return actor.front_door == "counter" and bool(actor.roles & VERIFIERS)


def require_department(actor: Actor, action: str, target: str = "") -> None:
    """Refuse whoever determines nothing; the attempt is on record.

    :raises PermissionDenied: unless the actor's department has that duty.
    """
    if not determines(actor):
        log.denied(action, actor=actor, target=target, reason="no duty to determine qualifications")
        raise PermissionDenied(_("只有负有资格认定职责的部门可以这样做。"))
