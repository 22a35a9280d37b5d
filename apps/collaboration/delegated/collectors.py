"""The people who collect (代征人员、网格员): named under an agreement with a certificate, and struck again (Art 23)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.delegated import access
from apps.collaboration.delegated.models import DelegatedAgreement, GridCollector
from apps.collaboration.delegated.rows import IN_FORCE
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Role
from apps.kernel.workcalendar import clock


@transaction.atomic
def name(
    agreement: DelegatedAgreement, *, name: str, certificate: str, username: str = "", actor: Actor
) -> GridCollector:
    """Name a collector; one with a grid worker's account can record what is collected.

    :raises ValidationError: on ``certificate`` or ``username``, or unless the agreement is in force.
    """
    allowed = (access.collects(actor, agreement) and access.signs(actor)) or access.looks_after(actor, agreement)
    access.require("name", actor, agreement.about, allowed=allowed)
    if agreement.case.state != IN_FORCE:
        raise ValidationError(_("协议生效后才能登记代征人员。"))
    user = None
    if username.strip():
        held = Membership.objects.in_force().filter(
            user__username=username.strip(), office=agreement.works_as, role=Role.GRID
        )
        membership = held.select_related("user").first()
        if membership is None:
            raise ValidationError({"username": _("这个账户不是该单位的网格员。")})
        user = membership.user
    row = GridCollector(
        agreement=agreement, name=name.strip(), certificate=certificate.strip(), user=user, valid_from=clock.today()
    )
    row.full_clean(exclude=["agreement"])
    row.save()
    log.record(agreement.about, "collector-named", actor=actor, target=row.certificate)
    return row


@transaction.atomic
def strike(row: GridCollector, actor: Actor) -> GridCollector:
    """From tomorrow the person collects no more; what was collected stays theirs."""
    allowed = (access.collects(actor, row.agreement) and access.signs(actor)) or access.looks_after(
        actor, row.agreement
    )
    access.require("strike", actor, row.agreement.about, allowed=allowed)
    if row.valid_to is not None:
        raise ValidationError(_("这名代征人员已经停止代征。"))
    row.valid_to = clock.today()
    row.save(update_fields=["valid_to"])
    log.record(row.agreement.about, "collector-struck", actor=actor, target=row.certificate)
    return row
