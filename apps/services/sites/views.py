"""我要预约: where taxpayers are served, address first, and what each site offers (Arts 10, 11)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.services.sites import directory
from apps.services.sites.forms import SearchForm


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """Sites by district and business line."""
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    context = {"form": form, "districts": directory.by_district(directory.find(**asked)), "asked": asked}
    return render(request, "sites/list.html", context, status=422 if form.errors else 200)


@require_safe
def site(request: HttpRequest, code: str) -> HttpResponse:
    """One site: address, hours, windows, the business it does and what to bring."""
    found = directory.find().filter(code=code).prefetch_related("opening_hours", "windows__lines").first()
    if found is None:
        raise Http404
    context = {
        "site": found,
        "matters": found.matters.filter(line__active=True).select_related("line"),
        "windows": [window for window in found.windows.all() if window.active],
        "week": directory.week(found),
        "open": directory.is_open(found),
    }
    return render(request, "sites/site.html", context)
