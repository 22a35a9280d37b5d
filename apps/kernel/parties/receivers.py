"""Evidence of sign-ins and second factors, and the to-do of offers that wait for an answer."""

from collections.abc import Iterable

from allauth.account.signals import user_logged_in
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties import mandates, todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, User


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


@todos.register
def offers_to_answer(actor: Actor) -> Iterable[todos.Todo]:
    """Mandates offered to the actor's party that the party itself can accept."""
    if actor.party is None:
        return []
    offers = Mandate.objects.visible_to(actor).filter(agent=actor.party, state=Mandate.State.INVITED)
    return [
        todos.Todo(
            title=_("答复%(principal)s的授权邀请") % {"principal": offer.principal.name},
            url=reverse("identities"),
            kind="mandate",
        )
        for offer in offers.exclude(kind__in=mandates.NEEDS_PAPER).select_related("principal")
    ]
