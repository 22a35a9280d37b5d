"""When every custodian's box is lost: so many of them together bring the identities back, fewer cannot (Art 36).

The private half of the recovery key exists only while it is split and while enough shares are typed in; the portal
keeps neither it nor any share.
"""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar import clock
from apps.supervision.reports import keys, shares
from apps.supervision.reports.boxes import Opened
from apps.supervision.reports.models import KeyWrap, Report
from apps.supervision.reports.recovery_models import RecoveryKey, RecoverySeal
from apps.supervision.reports.sealing import CURRENT, PROVIDERS, CannotOpen

FEWEST, MOST = 2, 20


@dataclass(frozen=True)
class Made:
    """A new recovery key and its shares, which are shown once, each to one custodian."""

    key: RecoveryKey
    lines: list[str] = field(repr=False)


def of(office: Office) -> RecoveryKey | None:
    """The recovery key in use."""
    return RecoveryKey.objects.filter(office=office, retired_at__isnull=True).first()


@transaction.atomic
def make(actor: Actor, opened: Opened, *, threshold: int, number: int) -> Made:
    """A new recovery key for the office; what this custodian can open is sealed to it at once.

    The one before is given up with all that was sealed to it.

    :raises ValidationError: on ``threshold``.
    """
    _custodian(actor, "recovery.make")
    if not FEWEST <= threshold <= number <= MOST:
        raise ValidationError({"threshold": _("恢复所需份数至少 2 份，不超过分片总数；分片最多 20 份。")})
    former = RecoveryKey.objects.filter(office=actor.office, retired_at__isnull=True)
    RecoverySeal.objects.filter(recovery__in=former).delete()
    former.update(retired_at=clock.now())
    private, public = CURRENT.pair()
    key = RecoveryKey.objects.create(
        office=actor.office, public=public, threshold=threshold, shares=number, made_by=actor.user
    )
    mine = KeyWrap.objects.usable().filter(
        purpose__in=keys.CUSTODIAL, box=opened.box, expires_at__isnull=True, report__keeper=actor.office
    )
    for wrap in mine.select_related("report"):
        _seal(key, wrap.report, wrap.purpose, keys.open_key(wrap.report, wrap.purpose, opened))
    log.record(f"recovery-key/{key.pk}", "made", actor=actor, data={"threshold": threshold, "shares": number})
    return Made(key, shares.split(private, key.mark, threshold, number))


def seal(report: Report, purpose: str, key: bytes) -> None:
    """Seal a key of a new report to the recovery key of its keeper, if there is one."""
    recovery = of(report.keeper)
    if recovery is not None:
        _seal(recovery, report, purpose, key)


@transaction.atomic
def recover(actor: Actor, opened: Opened, lines: list[str]) -> int:
    """Seal everything again to a custodian's box with the shares typed in; how many keys came back.

    :raises ValidationError: on ``lines``, when the shares do not give the key; the attempt stays on record.
    """
    _custodian(actor, "recovery.use")
    recovery = of(actor.office)
    if recovery is None:
        raise ValidationError(_("本单位没有建立恢复密钥。"))
    back = 0
    try:
        private = shares.combine(lines, recovery.mark)
        _prove(recovery, private)
        held = KeyWrap.objects.filter(report=OuterRef("report"), purpose=OuterRef("purpose"), box=opened.box)
        for each in recovery.seals.filter(~Exists(held)).select_related("report"):
            key = PROVIDERS[recovery.alg].unseal(private, bytes(each.sealed), _about(each.report, each.purpose))
            back += keys.seal(each.report, each.purpose, key, [opened.box])
    except shares.NotAShare as wrong:
        _denied(actor, recovery)
        text = _("第 %(place)d 份不对：可能抄错，不属于这把密钥，或者重复。") % {"place": wrong.place}
        raise ValidationError({"lines": text}) from None
    except CannotOpen:
        _denied(actor, recovery)
        text = _("这些分片打不开恢复密钥：需要 %(threshold)d 份不同的分片。") % {"threshold": recovery.threshold}
        raise ValidationError({"lines": text}) from None
    log.record(f"recovery-key/{recovery.pk}", "used", actor=actor, data={"keys": back})
    return back


def _seal(recovery: RecoveryKey, report: Report, purpose: str, key: bytes) -> None:
    sealed = PROVIDERS[recovery.alg].seal(bytes(recovery.public), key, _about(report, purpose))
    RecoverySeal.objects.create(report=report, purpose=purpose, recovery=recovery, sealed=sealed)


def _prove(recovery: RecoveryKey, private: bytes) -> None:
    """Whether this is the private half, also when nothing is left to open.

    :raises CannotOpen: when it is not.
    """
    provider = PROVIDERS[recovery.alg]
    provider.unseal(private, provider.seal(bytes(recovery.public), recovery.mark, b"proof"), b"proof")


def _about(report: Report, purpose: str) -> bytes:
    return keys.about(report, f"{purpose}/recovery")


def _custodian(actor: Actor, action: str) -> None:
    if actor.office is None or actor.party is not None or Role.CUSTODIAN not in actor.roles:
        log.denied(action, actor=actor, target="recovery-key", reason="no custodian")
        raise PermissionDenied(_("恢复密钥由密钥保管人建立和使用。"))


def _denied(actor: Actor, recovery: RecoveryKey) -> None:
    log.denied("recovery.use", actor=actor, target=f"recovery-key/{recovery.pk}", reason="shares")
