"""What every page of the shell needs: menu, display, and for whom the user acts."""

from django.http import HttpRequest

from apps.kernel.parties.actors import Actor
from apps.portal import navigation, preferences


def shell(request: HttpRequest) -> dict:
    """Context of ``base.html``; no query beyond the signed-in user."""
    # A route that does not exist never reaches the middleware that sets the actor.
    actor = getattr(request, "actor", None) or Actor()
    return {
        "display": preferences.display(request),
        "navigation": navigation.menu(actor, request.path),
        "acting_for": actor.party if actor.mandate or actor.draft else None,
    }
