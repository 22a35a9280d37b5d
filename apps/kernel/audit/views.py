"""Who looked at my data, and why: the read log as the party it is about sees it (知情权, Art 21)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.kernel.audit import reading


@login_required
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """One page of others' looks at the data of the party acted for, newest first."""
    before = request.GET.get("before", "")
    place = int(before) if reading.is_place(before) else None
    page = reading.told(request.actor.party, except_by=request.actor.user, before=place)
    return render(request, "audit/looks.html", {"page": page})
