"""Pages of ad hoc sharing, the same for tax offices and departments (Art 18 para 1)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.datashare import access
from apps.datashare.adhoc import proposing
from apps.datashare.adhoc.consultation import CONSULTATION
from apps.datashare.adhoc.forms import FileForm, ListingForm, ProposeForm
from apps.datashare.adhoc.models import Consultation, ListingRequest
from apps.datashare.requests.views import add, page
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import Upload
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key


@require_safe
@access.only(access.shares)
def consultations(request: HttpRequest) -> HttpResponse:
    """Consultations of one's unit on either side, and requests to list data."""
    seen = Case.objects.visible_to(request.actor)
    found = Consultation.objects.filter(case__in=seen).select_related("case", "office", "counterpart")
    listings = ListingRequest.objects.filter(case__in=seen).select_related("case", "office", "provider")
    context = {
        **page(request, found, "case_id"),
        "listings": listings.order_by("-case_id")[:20],
        "base": _base(request),
        "cases": f"{request.actor.front_door}_cases:page",
        "asks": access.asks(request.actor),
    }
    return render(request, "datashare/adhoc/consultations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.only(access.shares)
def propose(request: HttpRequest) -> HttpResponse:
    """Propose to share something once."""
    form = ProposeForm(request.POST if request.method == "POST" else None, actor=request.actor)
    return _submitted(request, form, proposing.propose, "datashare/adhoc/propose.html")


@require_http_methods(["GET", "HEAD", "POST"])
@access.only(access.asks)
def ask_listing(request: HttpRequest) -> HttpResponse:
    """Ask that data be listed."""
    form = ListingForm(request.POST if request.method == "POST" else None)
    return _submitted(request, form, proposing.ask_listing, "datashare/adhoc/ask_listing.html")


@require_http_methods(["GET", "HEAD", "POST"])
@access.only(access.shares)
def files(request: HttpRequest, number: str) -> HttpResponse:
    """The files of a consultation; the provider adds them once terms are agreed."""
    case = Case.objects.visible_to(request.actor).filter(procedure=CONSULTATION.code, number=number).first()
    if case is None:
        raise Http404
    posted = request.method == "POST"
    form = FileForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        try:
            proposing.hand_over(case, request.actor, form.cleaned_data["file"])
            return redirect(request.path)
        except (ValidationError, PermissionDenied) as error:
            add(form, error)
    context = {
        "case": case,
        "form": form,
        "files": Upload.objects.filter(about=case.about).order_by("id"),
        "may": proposing.may_hand_over(case, request.actor),
        "cases": f"{request.actor.front_door}_cases:page",
    }
    return render(request, "datashare/adhoc/files.html", context, status=422 if form.errors else 200)


def _submitted(request: HttpRequest, form: BaseForm, use_case, template: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            key = form_key(request) or reference(16)
            case = use_case(request.actor, key=key, **form.cleaned_data)
            return redirect(f"{request.actor.front_door}_cases:page", case.number)
        except (ValidationError, PermissionDenied) as error:
            add(form, error)
    context = {"form": form, "key": form_key(request) or reference(16)}
    return render(request, template, context, status=422 if form.errors else 200)


def _base(request: HttpRequest) -> str:
    return "adhoc" if request.actor.front_door == "counter" else "adhoc_partner"
