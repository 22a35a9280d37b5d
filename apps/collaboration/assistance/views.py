"""Requests for assistance at the counter and in the partner portal: what is asked of us, what we ask (Art 22)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration import listing
from apps.collaboration.assistance import procedure
from apps.collaboration.assistance.forms import RequestForm
from apps.kernel.casework.rights import ASKERS
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key


def may_ask(actor: Actor) -> bool:
    """Whether the actor may ask another office in the name of the own."""
    return bool(actor.front_door) and bool(actor.roles & ASKERS)


@login_required
@never_cache
@require_safe
def index(request: HttpRequest, door: str) -> HttpResponse:
    """Every request this office has to do with."""
    if request.actor.front_door != door:
        raise Http404
    context = {
        **listing.page(request, [procedure.CODE]),
        "new": f"mutual_{door}:new" if may_ask(request.actor) else "",
    }
    return render(request, "collaboration/assistance/index.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, door: str) -> HttpResponse:
    """Write a request and send it."""
    if request.actor.front_door != door or not may_ask(request.actor):
        raise Http404
    posted = request.method == "POST"
    form = RequestForm(request.POST if posted else None, actor=request.actor)
    if posted and form.is_valid():
        try:
            key = form_key(request) or reference(16)
            case = procedure.ask(request.actor, form.data, key=key)
            return redirect(f"{door}_cases:page", case.number)
        except (ValidationError, PermissionDenied) as refusal:
            form.add_error(None, getattr(refusal, "messages", None) or str(refusal))
    context = {"form": form, "key": form_key(request) or reference(16), "back": f"mutual_{door}:list"}
    return render(request, "collaboration/assistance/new.html", context, status=422 if form.errors else 200)
