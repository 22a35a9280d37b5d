"""The second factor (双重验证): whoever works in an office or the administration must have one (Art 21)."""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.kernel.parties.models import Membership, User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def required(user: User) -> bool:
    """Whether the user is staff: holds a post in an office, or administers the portal."""
    return _staff().filter(pk=user.pk).exists()


def missing(user: User) -> bool:
    """Whether the user is staff and has no second factor yet; one query."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return _staff().filter(~Exists(factors), pk=user.pk).exists()


def _staff() -> QuerySet[User]:
    posts = Membership.objects.in_force().filter(user=OuterRef("pk"))
    return User.objects.filter(Q(is_staff=True) | Q(is_superuser=True) | Exists(posts))
