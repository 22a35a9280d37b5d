"""Key boxes of staff: made and unlocked with a passphrase the server never keeps (Art 36)."""

import os
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from apps.supervision.reports.models import KeyBox, reading_roles
from apps.supervision.reports.sealing import CURRENT, PROVIDERS, CannotOpen

_SHORTEST = 12


@dataclass(frozen=True)
class Opened:
    """A box whose private key is at hand for this request."""

    box: KeyBox
    private: bytes = field(repr=False)


def may_hold(actor: Actor) -> bool:
    """Staff who read reports or keep the identities."""
    if actor.office is None or actor.party is not None:
        return False
    return bool(actor.roles & (reading_roles(actor.office) | {Role.CUSTODIAN}))


@transaction.atomic
def make(actor: Actor, passphrase: str) -> KeyBox:
    """A new box for the actor; one made before is given up, and colleagues seal the keys anew."""
    if not may_hold(actor):
        raise PermissionDenied
    if len(passphrase) < _SHORTEST:
        raise ValidationError({"passphrase": _("口令太短，请至少用 12 个字符。")})
    KeyBox.objects.in_use().filter(user=actor.user).update(retired_at=clock.now())
    private, public = CURRENT.pair()
    salt = os.urandom(16)
    locked = CURRENT.encrypt(CURRENT.stretch(passphrase, salt), private, public)
    box = KeyBox.objects.create(user=actor.user, public=public, salt=salt, private_locked=locked)
    log.record(f"key-box/{actor.user.pk}", "made", actor=actor, data={"alg": box.alg})
    return box


def of(actor: Actor) -> KeyBox | None:
    """The actor's box in use."""
    return KeyBox.objects.in_use().filter(user=actor.user).first()


def unlock(actor: Actor, passphrase: str) -> Opened:
    """Open the actor's own box.

    :raises ValidationError: on ``passphrase``.
    """
    box = of(actor)
    if not may_hold(actor) or box is None:
        raise PermissionDenied
    provider = PROVIDERS[box.alg]
    try:
        key = provider.stretch(passphrase, bytes(box.salt))
        private = provider.decrypt(key, bytes(box.private_locked), bytes(box.public))
    except CannotOpen:
        log.denied("key-box.unlock", actor=actor, target=f"key-box/{actor.user.pk}", reason="passphrase")
        raise ValidationError({"passphrase": _("口令不对，请重新输入。")}) from None
    log.record(f"key-box/{actor.user.pk}", "unlocked", actor=actor)
    return Opened(box, private)
