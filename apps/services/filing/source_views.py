"""Pages of the register of tax sources: see it, add, amend, strike off."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.rules.calculators.property_behaviour import TAXES
from apps.services.filing import rates, sources
from apps.services.filing.forms import SourceForm
from apps.services.filing.models import SourceDetail

GET_POST = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every source with its source and date, and which tax to add one for."""
    sources.authorise(request.actor)
    context = {"rows": sources.register(request.actor.party), "taxes": TAXES.values()}
    return render(request, "services/filing/sources.html", context)


@login_required
@require_http_methods(GET_POST)
def add(request: HttpRequest, levy: str) -> HttpResponse:
    """What is the source, and what is taxed of it?"""
    sources.authorise(request.actor)
    if levy not in TAXES:
        raise Http404
    form = SourceForm(request.POST or None, tax=TAXES[levy])
    if request.method == "POST" and form.is_valid():
        try:
            sources.add(request.actor, levy, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("税源已登记，以后每期申报自动带出。"))
            return redirect("filing:sources", request.actor.party.ref)
    return _page(request, form, TAXES[levy])


@login_required
@require_http_methods(GET_POST)
def amend(request: HttpRequest, ref: str) -> HttpResponse:
    """What has changed about the source?"""
    row = _own(request, ref)
    initial = {name: getattr(row, name) for name in SourceForm.base_fields}
    form = SourceForm(request.POST or None, initial=initial, tax=row.tax)
    if request.method == "POST" and form.is_valid():
        try:
            sources.amend(row, request.actor, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("税源已更新，已提交的申报不受影响。"))
            return redirect("filing:sources", request.actor.party.ref)
    return _page(request, form, row.tax, row=row)


@login_required
@require_http_methods(GET_POST)
def strike(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask, then take the source off the register."""
    row = _own(request, ref)
    if request.method == "POST":
        sources.strike(row, request.actor)
        messages.success(request, _("税源已从登记中移除。"))
        return redirect("filing:sources", request.actor.party.ref)
    return render(request, "services/filing/source_strike.html", {"row": row})


def _own(request: HttpRequest, ref: str) -> SourceDetail:
    sources.authorise(request.actor)
    return get_object_or_404(sources.of(request.actor), ref=ref)


def _page(request: HttpRequest, form: SourceForm, tax, row: SourceDetail | None = None) -> HttpResponse:
    context = {"form": form, "tax": tax, "row": row, "rates": rates.of_tax(tax)}
    return render(request, "services/filing/source.html", context, status=422 if form.errors else 200)
