"""Which box holds which key of a report: sealing to groups, opening, and sealing anew when people change."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Office, Role
from apps.kernel.workcalendar import clock
from apps.supervision.reports.boxes import Opened
from apps.supervision.reports.models import KeyBox, KeyWrap, Report, reading_roles
from apps.supervision.reports.sealing import PROVIDERS, CannotOpen

Purpose = KeyWrap.Purpose
CUSTODIAL = (Purpose.IDENTITY, Purpose.CLAIM)


def roles(office: Office, purpose: str) -> frozenset[str]:
    """Whom a key of this purpose is sealed to: readers read the case, custodians keep who reported and claims."""
    return reading_roles(office) if purpose == Purpose.CASE else frozenset({Role.CUSTODIAN})


def about(report: Report, purpose: str) -> bytes:
    """What binds a ciphertext to its report and purpose, so none can be put in another's place."""
    return f"{report.ref}/{purpose}".encode()


def group(office: Office, purpose: str) -> list[KeyBox]:
    """The boxes in an office a key of this purpose is sealed to."""
    return list(KeyBox.objects.of_group(office, roles(office, purpose)))


def seal(report: Report, purpose: str, key: bytes, boxes: Iterable[KeyBox], *, until: dt.datetime | None = None) -> int:
    """Seal a key to boxes that do not hold it yet; how many were added."""
    rows = [
        KeyWrap(
            report=report,
            purpose=purpose,
            box=box,
            sealed=PROVIDERS[box.alg].seal(bytes(box.public), key, about(report, purpose)),
            expires_at=until,
        )
        for box in boxes
    ]
    return len(KeyWrap.objects.bulk_create(rows, ignore_conflicts=until is None))


def open_key(report: Report, purpose: str, opened: Opened) -> bytes:
    """A key of a report, by the private key it was sealed to.

    :raises CannotOpen: when it is not sealed to this box, or no longer.
    """
    wrap = report.wraps.usable().filter(purpose=purpose, box=opened.box).first()
    if wrap is None:
        raise CannotOpen
    return PROVIDERS[opened.box.alg].unseal(opened.private, bytes(wrap.sealed), about(report, purpose))


@transaction.atomic
def share(actor: Actor, opened: Opened) -> int:
    """Seal the keys this box holds to colleagues who came, or made a new box, since; how many were added."""
    added = 0
    for purpose in Purpose.values:
        if not roles(actor.office, purpose) & actor.roles:
            continue
        mine = KeyWrap.objects.usable().filter(purpose=purpose, box=opened.box, expires_at__isnull=True)
        if purpose == Purpose.CASE:
            mine = mine.filter(report__case__office=actor.office)
        for box in group(actor.office, purpose):
            held = KeyWrap.objects.filter(report=OuterRef("report"), purpose=purpose, box=box)
            for wrap in mine.filter(~Exists(held)).select_related("report"):
                added += seal(wrap.report, purpose, open_key(wrap.report, purpose, opened), [box])
    if added:
        log.record(f"key-box/{actor.user.pk}", "shared", actor=actor, data={"added": added})
    return added


def move(report: Report, office: Office) -> None:
    """After a transfer only the new office's readers keep the case key."""
    report.wraps.filter(purpose=Purpose.CASE).exclude(box__in=group(office, Purpose.CASE)).delete()


@transaction.atomic
def withdraw_lapsed() -> int:
    """Delete keys sealed to people who left, to boxes given up, and for a time that is over.

    The last key anybody holds stays: without it nobody could ever read the report again.
    """
    serving = {Purpose.CASE: (Role.REPORTS, Role.OFFICER), **dict.fromkeys(CUSTODIAL, (Role.CUSTODIAN,))}
    gone = KeyWrap.objects.filter(expires_at__lte=clock.now()).delete()[0]
    for purpose, duties in serving.items():
        at_work = Membership.objects.in_force().filter(role__in=duties)
        alive = Q(box__user__in=at_work.values("user"), box__user__is_active=True, box__retired_at__isnull=True)
        kept = KeyWrap.objects.filter(purpose=purpose, expires_at__isnull=True)
        elsewhere = kept.filter(alive, report=OuterRef("report"))
        gone += kept.exclude(alive).filter(Exists(elsewhere)).delete()[0]
    if gone:
        log.record("key-box/all", "withdrawn", actor=Actor.system("reports"), data={"keys": gone})
    return gone
