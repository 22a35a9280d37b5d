"""Joint enforcement actions are written down once, by tax or police (联合执法, Art 35)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.supervision.referral import access
from apps.supervision.referral.forms import JointActionForm
from apps.supervision.referral.models import JointAction


@transaction.atomic
def write(actor: Actor, given: Any, *, key: str) -> JointAction:
    """Write a joint action down; the same key by the same person gives the first row again.

    :raises PermissionDenied: unless the actor works for tax or police; the attempt stays on record.
    :raises ValidationError: naming the fields.
    """
    if not access.may_log(actor):
        log.denied("joint_action.write", actor=actor, target="joint-action", reason="neither tax nor police")
        raise PermissionDenied(_("联合执法由税务机关或者公安机关记录。"))
    form = JointActionForm(given, actor=actor)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    asked = {name: form.cleaned_data[name] for name in ("held_on", "subject", "result")}
    row, new = JointAction.objects.get_or_create(
        recorded_by=actor.person,
        idempotency_key=key,
        defaults={**asked, "office": actor.office, "case": form.instance.case},
    )
    if new:
        row.participants.set(form.cleaned_data["participants"])
        log.record(f"joint-action/{row.ref}", "written", actor=actor, target=row.case.about if row.case else "")
    return row
