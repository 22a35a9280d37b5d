"""The second factor (双重验证): whoever works in an office or the administration must have one (Art 21)."""

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def required(user: User) -> bool:
    """Whether the user is staff: holds a post in an office, or administers the portal."""
    return _staff().filter(pk=user.pk).exists()


def missing(user: User) -> bool:
    """Whether the user is staff and has no second factor yet; one query."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return _staff().filter(~Exists(factors), pk=user.pk).exists()


@transaction.atomic
def forget(user: User, actor: Actor) -> None:
    """Take away the second factors of somebody who lost theirs; they set up a new one at their next sign-in.

    :raises PermissionDenied: when the actor may not change users, or means their own: who holds a stolen session
        must not be able to put another factor in the place of the owner's.
    :raises ValidationError: when there is none.
    """
    if actor.user is None or not actor.user.has_perm("parties.change_user") or actor.user.pk == user.pk:
        log.denied("second_factor.forget", actor=actor, target=f"user/{user.pk}", reason="not another administrator")
        raise PermissionDenied(_("只能由另一名系统管理员清除第二重验证。"))
    found = Authenticator.objects.filter(user=user)
    if not found.exists():
        raise ValidationError(_("%(user)s 没有设置第二重验证。") % {"user": user})
    found.delete()
    log.record(f"user/{user.pk}", "second_factor.forget", actor=actor)


def _staff() -> QuerySet[User]:
    posts = Membership.objects.in_force().filter(user=OuterRef("pk"))
    return User.objects.filter(Q(is_staff=True) | Q(is_superuser=True) | Exists(posts))
