"""Supervision of agencies: conduct recorded with its source, withdrawn with a reason, entries struck (Art 7)."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from apps.services.agencies import credit
from apps.services.agencies.models import Agency, ConductRecord


def may_supervise(actor: Actor) -> bool:
    """Whether the actor approves in a tax office."""
    return actor.front_door == "counter" and actor.office.is_tax and Role.CHIEF in actor.roles


def _authorise(action: str, actor: Actor, agency: Agency) -> None:
    if not may_supervise(actor):
        log.denied(f"agency.{action}", actor=actor, target=agency.number, reason="does not supervise")
        raise PermissionDenied(_("只有税务机关的审批人员可以记录信用信息。"))


@transaction.atomic
def record(agency: Agency, actor: Actor, *, kind: str, source: str, happened_on: dt.date) -> ConductRecord:
    """Put conduct on record with the paper it rests on; the agency is told.

    :raises ValidationError: naming the field.
    """
    _authorise("record", actor, agency)
    if happened_on > clock.today():
        raise ValidationError({"happened_on": _("发生日期不能晚于今天。")})
    try:
        with transaction.atomic():
            row = ConductRecord.objects.create(
                agency=agency,
                kind=kind,
                points=credit.points_of(kind, happened_on),
                source=source.strip(),
                happened_on=happened_on,
                recorded_by=actor.user,
            )
    except IntegrityError as error:
        raise ValidationError({"source": _("依据这份文书的同类行为已经记录。")}, code="twice") from error
    log.record(f"agency/{agency.number}", "conduct", actor=actor, target=row.ref, data={"kind": kind})
    outbox.send(
        "agency-conduct",
        agency.party,
        {"conduct": ConductRecord.Kind(row.kind).label, "points": row.points, "source": row.source},
        about=f"agency/{agency.number}",
    )
    return row


@transaction.atomic
def withdraw(row: ConductRecord, actor: Actor, *, reason: str) -> ConductRecord:
    """Take a record back; it stays visible as withdrawn and no longer counts."""
    _authorise("withdraw", actor, row.agency)
    row = ConductRecord.objects.select_for_update(no_key=True, of=("self",)).select_related("agency").get(pk=row.pk)
    if row.withdrawn_at is not None:
        raise ValidationError(_("这条记录已经撤销。"), code="state")
    if not reason.strip():
        raise ValidationError({"reason": _("请写明撤销的理由。")}, code="required")
    row.withdrawn_at, row.withdrawn_reason = clock.now(), reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    log.record(f"agency/{row.agency.number}", "conduct-withdrawn", actor=actor, target=row.ref)
    return row
