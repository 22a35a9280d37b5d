"""Who stands behind a counter: the one check the chapter's counter pages share."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role


def is_clerk(actor: Actor) -> bool:
    """Whether the actor serves at a tax office's counter."""
    return actor.front_door == "counter" and Role.CLERK in actor.roles


def at_counter(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets clerks of a tax office in; for anyone else the page is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_clerk(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
