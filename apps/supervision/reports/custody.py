"""The custodian decides: asked with a reason, the identity opens to one officer for a limited time (Art 36)."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from apps.supervision.reports import keys
from apps.supervision.reports.boxes import Opened
from apps.supervision.reports.models import IdentityRequest, KeyBox, KeyWrap, Report
from apps.supervision.reports.sealing import CannotOpen

OPEN_FOR = dt.timedelta(hours=4)
_SHORTEST = 10
State = IdentityRequest.State


@transaction.atomic
def ask(report: Report, actor: Actor, reason: str) -> IdentityRequest:
    """Ask to know who reported. While a request waits, a second one returns it.

    :raises ValidationError: on ``reason``, or when the report is anonymous.
    """
    if not Report.objects.readable_by(actor).filter(pk=report.pk).exists():
        raise PermissionDenied
    if not report.named:
        raise ValidationError(_("这是匿名检举，没有身份资料。"))
    if len(reason.strip()) < _SHORTEST:
        raise ValidationError({"reason": _("请写明为什么必须知道检举人是谁，至少 10 个字。")})
    request, made = IdentityRequest.objects.get_or_create(
        report=report, asked_by=actor.user, state=State.ASKED, defaults={"reason": reason.strip()}
    )
    if made:
        log.record(report.case.about, "identity.asked", actor=actor, target=request.ref)
    return request


def decidable_by(actor: Actor):
    """Requests for identities whose key is sealed to this custodian."""
    if Role.CUSTODIAN not in actor.roles:
        return IdentityRequest.objects.none()
    mine = KeyWrap.objects.usable().filter(purpose=keys.Purpose.IDENTITY, box__user=actor.user, expires_at__isnull=True)
    requests = IdentityRequest.objects.filter(report__in=mine.values("report"))
    return requests.select_related("report__case", "asked_by", "decided_by")


@transaction.atomic
def approve(request: IdentityRequest, actor: Actor, opened: Opened) -> IdentityRequest:
    """Seal the identity key to the officer who asked, for a limited time."""
    request = _waiting(request, actor)
    box = KeyBox.objects.in_use().filter(user=request.asked_by).first()
    if box is None:
        raise ValidationError(_("申请人没有密钥箱，不能批准。"))
    try:
        key = keys.open_key(request.report, keys.Purpose.IDENTITY, opened)
    except CannotOpen:
        raise PermissionDenied from None
    request.open_until = clock.now() + OPEN_FOR
    request.report.wraps.filter(purpose=keys.Purpose.IDENTITY, box=box, expires_at__isnull=False).delete()
    keys.seal(request.report, keys.Purpose.IDENTITY, key, [box], until=request.open_until)
    return _decided(request, actor, State.APPROVED)


@transaction.atomic
def refuse(request: IdentityRequest, actor: Actor) -> IdentityRequest:
    """Leave the identity closed."""
    return _decided(_waiting(request, actor), actor, State.REFUSED)


def _waiting(request: IdentityRequest, actor: Actor) -> IdentityRequest:
    found = decidable_by(actor).select_for_update(no_key=True, of=("self",)).filter(pk=request.pk).first()
    if found is None:
        raise PermissionDenied
    if found.asked_by_id == actor.user.pk:
        raise PermissionDenied(_("不能审批自己的申请。"))
    if found.state != State.ASKED:
        raise ValidationError(_("这项申请已经处理。"))
    return found


def _decided(request: IdentityRequest, actor: Actor, state: str) -> IdentityRequest:
    request.state, request.decided_by, request.decided_at = state, actor.user, clock.now()
    request.save(update_fields=["state", "decided_by", "decided_at", "open_until"])
    log.record(request.report.case.about, f"identity.{state}", actor=actor, target=request.ref)
    return request
