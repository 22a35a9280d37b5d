"""Who plans joint inspections, who takes part, and who tells of businesses (Art 33)."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.supervision.joint.models import InspectionUnit, JointInspection
from apps.supervision.risk.access import is_analyst

MARKET = "market"  # the code of the market regulator on the register of offices


def plans(actor: Actor) -> bool:
    """Whether the actor plans inspections: risk posts and chiefs of tax offices."""
    return is_analyst(actor)


def takes_part(actor: Actor) -> bool:
    """Whether the actor is an officer of a department, which may be asked to take part."""
    return actor.front_door == "partner" and Role.OFFICER in actor.roles


def tells(actor: Actor) -> bool:
    """Whether the actor works for market regulation and tells of businesses."""
    return takes_part(actor) and actor.office.code == MARKET


def require_lead(inspection: JointInspection, actor: Actor, action: str) -> None:
    """Refuse whoever does not lead this inspection; the attempt is on record.

    :raises PermissionDenied: unless the actor plans inspections in the leading office.
    """
    if not plans(actor) or actor.office.pk != inspection.lead_id:
        log.denied(action, actor=actor, target=f"inspection/{inspection.ref}", reason="does not lead it")
        raise PermissionDenied(_("只有牵头单位的风险管理岗和审批岗可以这样做。"))


def require_unit(inspection: JointInspection, actor: Actor, action: str) -> None:
    """Refuse whoever takes no part in this inspection; the attempt is on record.

    :raises PermissionDenied: unless the actor works in the lead or in a unit that takes part.
    """
    leads = plans(actor) and actor.office.pk == inspection.lead_id
    part = takes_part(actor) and InspectionUnit.objects.filter(inspection=inspection, office=actor.office).exists()
    if not leads and not part:
        log.denied(action, actor=actor, target=f"inspection/{inspection.ref}", reason="takes no part")
        raise PermissionDenied(_("只有参加检查的单位可以这样做。"))
