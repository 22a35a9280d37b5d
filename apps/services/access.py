"""Who stands behind a counter: the one check the chapter's counter pages share."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from apps.kernel.parties.models import Role


def at_counter(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets clerks of a tax office in; for anyone else the page is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.actor.front_door != "counter" or Role.CLERK not in request.actor.roles:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
