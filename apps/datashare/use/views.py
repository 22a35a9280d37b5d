"""Pages of lawful use: read under a grant for a case, export, trace a leak, follow findings up (Art 21)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.datashare import access
from apps.datashare.requests.models import DataGrant
from apps.datashare.requests.views import add, page
from apps.datashare.use import detecting, exporting, preconditions, reading
from apps.datashare.use.forms import ConcludeForm, ExplainForm, PreconditionForm, ReadForm, TraceForm
from apps.datashare.use.models import Precondition, UseFinding
from apps.kernel.casework.models import Case
from apps.kernel.charts import Bar, bar_chart

CASES = 20


@require_http_methods(["GET", "HEAD", "POST"])
@access.only(access.asks)
def read(request: HttpRequest, ref: str) -> HttpResponse:
    """Read under a grant. What is asked travels in the body: neither case nor person stands in an address."""
    grant = _grant(request, ref)
    form = ReadForm(request.POST if request.method == "POST" else None, grant=grant, initial={"case": ""})
    found = None
    if request.method == "POST" and form.is_valid():
        try:
            asked = form.asked(request.POST.get("after", "")[:200])
            if "export" in request.POST:
                return _file(exporting.export(grant, request.actor, asked, request.POST["export"]))
            found = reading.read(grant, request.actor, asked)
        except (ValidationError, PermissionDenied) as error:
            add(form, error)
    mine = Case.objects.visible_to(request.actor).open().filter(office=request.actor.office, applicant__isnull=False)
    context = {
        "grant": grant,
        "form": form,
        "found": found,
        "lines": list(found.rows) if found else [],
        "given": [
            (name, value) for name in request.POST if name in form.fields for value in request.POST.getlist(name)
        ],
        "cases": mine.select_related("applicant").order_by("-pk")[:CASES],
    }
    return render(request, "datashare/use/read.html", context, status=422 if form.errors else 200)


def _file(made: exporting.File) -> HttpResponse:
    return HttpResponse(
        made.content,
        content_type=made.content_type,
        headers={"Content-Disposition": f'attachment; filename="{made.name}"'},
    )


@require_safe
@access.only(lambda actor: access.asks(actor) or access.provides(actor))
def findings(request: HttpRequest) -> HttpResponse:
    """Findings: the centre's whole list, an office's own."""
    found = UseFinding.objects.visible_to(request.actor)
    counted = dict(found.values_list("kind").annotate(Count("pk")))
    bars = [Bar(str(kind.label), counted[kind], "due") for kind in UseFinding.Kind if counted.get(kind)]
    context = {
        "chart": bar_chart(bars),
        "supervises": access.supervises(request.actor),
        "base": _base(request),
        **page(request, found.select_related("user", "office", "grant__dataset__current")),
    }
    return render(request, "datashare/use/findings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.only(lambda actor: access.asks(actor) or access.provides(actor))
def finding(request: HttpRequest, ref: str) -> HttpResponse:
    """One finding with its reads: the office explains, the centre concludes."""
    row = (
        UseFinding.objects.visible_to(request.actor)
        .select_related("user", "office", "grant__dataset__current")
        .filter(ref=ref)
        .first()
    )
    if row is None:
        raise Http404
    concludes = access.supervises(request.actor)
    open_ = (
        row.state == UseFinding.State.EXPLAINED
        if concludes
        else (
            row.state in (UseFinding.State.OPEN, UseFinding.State.EXPLAINED)
            and detecting.may_explain(row, request.actor)
        )
    )
    form = (ConcludeForm if concludes else ExplainForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            (detecting.conclude if concludes else detecting.explain)(row, request.actor, **form.cleaned_data)
            return redirect(request.path)
        except (ValidationError, PermissionDenied) as error:
            add(form, error)
    context = {
        "finding": row,
        "form": form,
        "open": open_,
        "accesses": detecting.reads(row).select_related("case", "party")[:CASES],
        "base": _base(request),
    }
    return render(request, "datashare/use/finding.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@access.only(access.supervises)
def trace(request: HttpRequest) -> HttpResponse:
    """Given a leaked row, name the export and who took it."""
    form = TraceForm(request.POST if request.method == "POST" else None)
    found = exporting.identify(form.cleaned_data["leaked"]) if request.method == "POST" and form.is_valid() else None
    return render(
        request, "datashare/use/trace.html", {"form": form, "found": found}, status=422 if form.errors else 200
    )


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """The public list: which matters may require a tax status, by what law, and what was refused."""
    context = {
        "listed": _named(Precondition.objects.filter(state=Precondition.State.LISTED).select_related("office")),
        "refused": _named(
            Precondition.objects.filter(state=Precondition.State.REFUSED).select_related("office")[:CASES]
        ),
        "bases": preconditions.bases().values(),
    }
    return render(request, "datashare/use/public.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.only(access.provides)
def declare(request: HttpRequest) -> HttpResponse:
    """A department declares a precondition and sees its own."""
    form = PreconditionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = preconditions.declare(request.actor, **form.cleaned_data)
        except (ValidationError, PermissionDenied) as error:
            add(form, error)
        else:
            if row.state == Precondition.State.LISTED:
                return redirect("data_use_partner:preconditions")
            form.add_error("basis", row.ruling)
    own = Precondition.objects.filter(office=request.actor.office).select_related("office")
    context = {"form": form, "rows": _named(own)}
    return render(request, "datashare/use/declare.html", context, status=422 if form.errors else 200)


@require_POST
@access.only(access.provides)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A department no longer asks for it."""
    row = Precondition.objects.filter(office=request.actor.office, pk=pk, state=Precondition.State.LISTED).first()
    if row is None:
        raise Http404
    preconditions.withdraw(row, request.actor)
    return redirect("data_use_partner:preconditions")


def _named(rows) -> list[tuple[Precondition, str]]:
    return [(row, str(preconditions.Status(row.status).label)) for row in rows]


def _base(request: HttpRequest) -> str:
    return "data_use" if request.actor.front_door == "counter" else "data_use_partner"


def _grant(request: HttpRequest, ref: str) -> DataGrant:
    row = (
        DataGrant.objects.held_by(request.actor.office)
        .select_related("dataset__current", "dataset__provider")
        .filter(ref=ref)
        .first()
    )
    if row is None:
        raise Http404
    return row
