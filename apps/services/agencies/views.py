"""Pages of agencies: the public directory, the agency's own (clients, credit, report), supervision (Art 7)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.districts import DISTRICTS
from apps.kernel.parties.models import Mandate, Organisation
from apps.services.agencies import clients, directory, registering, supervising
from apps.services.agencies.forms import ConductForm, ReportForm, WithdrawForm
from apps.services.agencies.models import Agency, AgencyKind, ConductRecord, agency_of

FILTERS = (
    ("all", _("全部")),
    ("pay", _("七日内应缴")),
    ("overdue", _("已逾期未缴")),
    ("waiting", _("等待补正或提交")),
)


@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """Everyone may search the directory."""
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("words", "kind", "district", "after")}
    rows, following = directory.search(**asked)
    context = {
        "rows": rows,
        "next": following,
        "asked": asked,
        "kinds": AgencyKind.choices,
        "districts": DISTRICTS.items(),
    }
    return render(request, "agencies/directory.html", context)


@require_safe
def public_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One agency: services, qualified staff, grade, conduct on record."""
    listed = directory.one(number)
    if listed is None:
        raise Http404
    context = {
        "listed": listed,
        "staff": listed.agency.staff.in_force(),
        "conduct": listed.agency.conduct.all(),
        "reports": listed.agency.reports.all(),
    }
    return render(request, "agencies/detail.html", context)


@login_required
@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    """Every client of the agency acted for, with what falls due; the name leads into the client's identity."""
    _agency_party(request)
    which = request.GET.get("which", "all")
    if which not in clients.FILTERS:
        which = "all"
    name = request.GET.get("name", "").strip()[:60]
    found = clients.page(request.actor, which=which, name=name, after=request.GET.get("after", ""))
    for client in found.clients:
        log.read(actor=request.actor, party_id=client.party.pk, what="agency/clients", purpose=Purpose.MANDATE)
    context = {"clients": found.clients, "next": found.next, "which": which, "name": name, "filters": FILTERS}
    return render(request, "agencies/clients.html", context)


def _agency_party(request: HttpRequest) -> None:
    """Only for organisations that are agencies or hold clients' mandates; others see nothing here."""
    party = request.actor.party
    is_agency = party.kind == "organisation" and party.organisation.form == Organisation.Form.AGENCY
    if not is_agency and not clients.held(request.actor).exists() and agency_of(request.actor) is None:
        raise Http404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """The agency's own entry: grade with the records behind it, and the yearly report."""
    agency = agency_of(request.actor)
    if agency is None:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            registering.report(request.actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("agency:own", request.actor.party.ref)
    mandate = request.actor.mandate
    context = {
        "listed": directory.one(agency.number),
        "conduct": agency.conduct.all(),
        "reports": agency.reports.all(),
        "form": form,
        "manages": mandate is None or mandate.kind in Mandate.MANAGING_KINDS,
    }
    return render(request, "agencies/own.html", context, status=422 if form.errors else 200)


@require_safe
def supervised(request: HttpRequest) -> HttpResponse:
    """The register as tax staff see it."""
    _tax_staff(request)
    words = request.GET.get("words", "").strip()[:60]
    rows, following = directory.search(words=words, after=request.GET.get("after", ""))
    return render(request, "agencies/supervised.html", {"rows": rows, "next": following, "words": words})


@require_http_methods(["GET", "HEAD", "POST"])
def supervise(request: HttpRequest, number: str) -> HttpResponse:
    """One agency: put conduct on record."""
    _tax_staff(request)
    agency = get_object_or_404(Agency.objects.select_related("party"), number=number)
    form = ConductForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            supervising.record(agency, request.actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("agency_counter:one", number)
    context = {
        "listed": directory.one(number),
        "agency": agency,
        "conduct": agency.conduct.select_related("recorded_by"),
        "form": form,
        "may": supervising.may_supervise(request.actor),
    }
    return render(request, "agencies/supervise.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: str, ref: str) -> HttpResponse:
    """Ask why, then take a record back."""
    _tax_staff(request)
    row = get_object_or_404(ConductRecord.objects.select_related("agency__party"), agency__number=number, ref=ref)
    if not supervising.may_supervise(request.actor):
        raise PermissionDenied
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            supervising.withdraw(row, request.actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("agency_counter:one", number)
    return render(request, "agencies/withdraw.html", {"row": row, "form": form}, status=422 if form.errors else 200)


def _tax_staff(request: HttpRequest) -> None:
    if request.actor.front_door != "counter":
        raise Http404
