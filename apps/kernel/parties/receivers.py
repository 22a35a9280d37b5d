"""Evidence of sign-ins and of changes to second factors."""

from allauth.account.signals import user_logged_in
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import User


@receiver(user_logged_in)
def signed_in(user: User, **_kwargs) -> None:
    """Somebody signed in."""
    log.record(f"user/{user.pk}", "sign_in", actor=Actor(user=user))


@receiver(authenticator_added)
def factor_added(user: User, authenticator, **_kwargs) -> None:
    """Somebody set up a second factor."""
    log.record(f"user/{user.pk}", "second_factor.add", actor=Actor(user=user), target=authenticator.type)


@receiver(authenticator_removed)
def factor_removed(user: User, authenticator, **_kwargs) -> None:
    """Somebody gave up a second factor."""
    log.record(f"user/{user.pk}", "second_factor.remove", actor=Actor(user=user), target=authenticator.type)
