"""The search page (Art 12)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.kernel.parties.actors import Actor
from apps.portal import menus, search
from apps.portal.entries import address, personal
from apps.portal.models import SearchEntry

LONGEST = 100


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What was found for ``q``, or how to look otherwise."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    found = search.find(asked)
    rows = [(entry, _address(entry, request.actor)) for entry in found.entries]
    return render(
        request, "portal/search.html", {"asked": asked, "rows": rows, "exact": found.exact, "own_search": True}
    )


def _address(entry: SearchEntry, actor: Actor) -> str:
    way = personal if entry.route in menus.PERSONAL else address
    anchor = f"#{entry.fragment}" if entry.fragment else ""
    return way(entry.route, actor, **entry.arguments) + anchor
