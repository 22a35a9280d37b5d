"""The counter's door to policies and monitoring: staff of tax offices, and nobody else finds anything."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse


def at_counter(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for whoever works in a tax office; to everybody else the page is not there."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.actor.front_door != "counter":
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
