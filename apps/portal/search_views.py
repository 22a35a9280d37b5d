"""The search page (Art 12)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.portal import search
from apps.portal.entries import address

LONGEST = 100


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What was found for ``q``, or how to look otherwise."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    found = search.find(asked)
    rows = [
        (entry, address(entry.route, request.actor, **entry.arguments) + _anchor(entry.fragment))
        for entry in found.entries
    ]
    return render(
        request, "portal/search.html", {"asked": asked, "rows": rows, "exact": found.exact, "own_search": True}
    )


def _anchor(fragment: str) -> str:
    return f"#{fragment}" if fragment else ""
