"""Complaints heard by a clerk: on the 12366 line or at the counter (Art 31)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.casework import cases
from apps.kernel.parties import mandates
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.supervision.complaints import receipts
from apps.supervision.complaints.models import Complaint
from apps.supervision.complaints.procedure import COMPLAINT
from apps.supervision.complaints.receipts import Given


def may_record(actor: Actor) -> bool:
    """Clerks of a tax authority take complaints down."""
    return actor.front_door == "counter" and Role.CLERK in actor.roles


@transaction.atomic
def record(detail: dict[str, Any], *, actor: Actor, key: str, name: str = "", number: str = "") -> Given:
    """Take a complaint down for whoever calls or comes: under their name when number and name both fit, else without.

    A named one is theirs from then on: they follow it signed in, and no receipt is given.

    :raises PermissionDenied: the actor takes no complaints down.
    :raises ValidationError: naming the fields.
    """
    if not may_record(actor):
        log.denied("complaint.record", actor=actor, target="", reason="not a clerk of a tax authority")
        raise PermissionDenied(_("投诉由办税服务岗登记。"))
    if detail.get("source") == Complaint.Source.COUNTER:
        actor = actor.at_counter
    if not name and not number:
        return receipts.complain(detail, key=key, recorded_by=actor)
    try:
        party = mandates.find_agent(number=number, name=name)
    except ValidationError as unknown:
        raise ValidationError(
            {"number": _("没有找到号码与姓名都相符的人员或单位。请核对后重填，或者留空按匿名登记。")}
        ) from unknown
    return Given(cases.open_submitted(COMPLAINT, actor.on_behalf_of(party), detail, idempotency_key=key), "")
