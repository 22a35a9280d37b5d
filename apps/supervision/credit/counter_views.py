"""Counter pages of credit (Art 34): a payer's file, deductions by two people, repairs, the yearly run, dashboard."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel import workers
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework.models import Case
from apps.kernel.charts import Bar, bar_chart
from apps.kernel.facts import passes
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.supervision.credit import access, files, overview, proposals, reevaluation, repair, yearly
from apps.supervision.credit.forms import DecisionForm, ProposalForm, SearchForm, YearForm
from apps.supervision.credit.models import CreditRun, Proposal
from apps.supervision.credit.views import add, asked_year

SHOWN = 50


def at_counter(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for whoever works in a tax office; to everybody else the page is not there."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.actor.front_door != "counter":
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _payer(request: HttpRequest, ref: str) -> Party:
    return get_object_or_404(access.payers(request.actor), ref=ref, kind=Party.Kind.ORGANISATION)


@require_safe
@at_counter
def search(request: HttpRequest) -> HttpResponse:
    """Find a payer's file; the ways to everything else."""
    form = SearchForm(request.GET or None)
    found: list[Party] = []
    if form.is_valid():
        words = form.cleaned_data["payer"].strip()
        found = list(
            access.payers(request.actor)
            .filter(Q(organisation__uscc=words.upper()) | Q(name=words), kind=Party.Kind.ORGANISATION)
            .select_related("organisation")[:SHOWN]
        )
        if len(found) == 1:
            return redirect("credit_counter:file", found[0].ref)
    context = {
        "form": form,
        "found": found,
        "asked": form.is_bound and form.is_valid(),
        "waiting": Proposal.objects.visible_to(request.actor).filter(accepted__isnull=True).count(),
    }
    return render(request, "credit/counter/search.html", context)


@require_safe
@at_counter
def file(request: HttpRequest, ref: str) -> HttpResponse:
    """A payer's file; that it was read is on record."""
    party = _payer(request, ref)
    year = asked_year(request, files.years(party, request.actor))
    log.read(actor=request.actor, party_id=party.pk, what=f"credit/{year}", purpose=Purpose.CREDIT)
    context = {**files.of_year(party, year, request.actor), "may_propose": access.may_propose(request.actor)}
    return render(request, "credit/counter/file.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_counter
def enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Enter a deduction with evidence; a second person decides."""
    party = _payer(request, ref)
    if not access.may_propose(request.actor):
        raise Http404
    form = ProposalForm(request.POST if request.method == "POST" else None)
    form.instance.party = party
    if request.method == "POST" and form.is_valid():
        try:
            row = proposals.propose(party, request.actor, form.cleaned_data)
            messages.success(request, _("已录入，等待另一位同事复核；复核并告知以后才扣分。"))
            return redirect("credit_counter:proposal", row.ref)
        except ValidationError as error:
            add(form, error)
    context = {"form": form, "party": party}
    return render(request, "credit/counter/enter.html", context, status=422 if form.errors else 200)


@require_safe
@at_counter
def entered(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, then what was decided lately."""
    rows = Proposal.objects.visible_to(request.actor).select_related("party", "proposed_by", "decided_by")
    context = {
        "waiting": rows.filter(accepted__isnull=True).order_by("id")[:SHOWN],
        "decided": rows.filter(accepted__isnull=False)[:SHOWN],
    }
    return render(request, "credit/counter/entered.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_counter
def proposal(request: HttpRequest, ref: str) -> HttpResponse:
    """One entry: read it, and if it is yours to decide, decide."""
    row = get_object_or_404(
        Proposal.objects.visible_to(request.actor).select_related("party__organisation", "proposed_by", "decided_by"),
        ref=ref,
    )
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            proposals.decide(row, request.actor, **form.cleaned_data)
            return redirect("credit_counter:proposal", row.ref)
        except ValidationError as error:
            add(form, error)
        except PermissionDenied as refusal:
            form.add_error(None, str(refusal))
    mine = row.proposed_by_id == request.actor.user.pk
    context = {
        "row": row,
        "form": form,
        "may_decide": row.accepted is None and access.may_decide(request.actor) and not mine,
        "indicator": dict(Proposal._meta.get_field("code").choices)[row.code],  # noqa: SLF001 - Django's public _meta
    }
    return render(request, "credit/counter/proposal.html", context, status=422 if form.errors else 200)


@require_safe
@at_counter
def repairs(request: HttpRequest) -> HttpResponse:
    """Repairs and re-evaluations the office has to decide, by what is due first."""
    found = (
        Case.objects.visible_to(request.actor)
        .open()
        .filter(procedure__in=[repair.CODE, reevaluation.CODE])
        .with_due()
        .select_related("applicant", "office", "handler")
        .order_by("due_at", "pk")[:SHOWN]
    )
    return render(request, "credit/counter/repairs.html", {"rows": found})


@require_http_methods(["GET", "HEAD", "POST"])
@at_counter
def runs(request: HttpRequest) -> HttpResponse:
    """The yearly evaluations; posting starts one."""
    may_run = access.may_run(request.actor)
    form = YearForm(request.POST if request.method == "POST" else None, initial={"year": clock.today().year - 1})
    if request.method == "POST" and form.is_valid():
        try:
            run = yearly.start(form.cleaned_data["year"], request.actor)
            workers.hand_over("credit.work")
            return redirect("credit_counter:run", run.ref)
        except ValidationError as error:
            add(form, error)
    context = {"runs": CreditRun.objects.all()[:SHOWN], "form": form, "may_run": may_run}
    return render(request, "credit/counter/runs.html", context, status=422 if form.errors else 200)


@require_safe
@at_counter
def run(request: HttpRequest, ref: str) -> HttpResponse:
    """How far a run is, how fast, how long still."""
    found = get_object_or_404(CreditRun.objects.select_related("started_by"), ref=ref)
    told = found.state in (CreditRun.State.PUBLISHING, CreditRun.State.PUBLISHED)
    return passes.page(
        request,
        "credit/counter/run.html",
        found,
        found.told if told else found.done,
        running=found.state in CreditRun.WORKING,
        began=found.stage_began,
        levels=overview.of_year(found.year, request.actor)["levels"],
        may_publish=found.state == CreditRun.State.EVALUATED
        and access.may_run(request.actor)
        and yearly.may_publish(found.year),
    )


@require_POST
@at_counter
def publish(request: HttpRequest, ref: str) -> HttpResponse:
    """Publish what was evaluated."""
    found = get_object_or_404(CreditRun, ref=ref)
    if not access.may_run(request.actor):
        raise Http404
    try:
        yearly.publish(found, request.actor)
        workers.hand_over("credit.work")
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    return redirect("credit_counter:run", found.ref)


@require_safe
@at_counter
def dashboard(request: HttpRequest) -> HttpResponse:
    """Levels of a year by district and trade, as charts beside their tables."""
    years = overview.years()
    year = asked_year(request, years) if "year" in request.GET else next(iter(years), None)
    found = overview.of_year(year, request.actor) if year else None
    context = {"year": year, "years": years, "found": found}
    if found:
        context["chart"] = bar_chart(
            [Bar(f"{each.label}", each.total, "due" if each.label.startswith("D") else "") for each in found["levels"]]
        )
        context["parts"] = [
            (title, name, bar_chart([Bar(row.label, row.total) for row in rows[:10]]), rows)
            for title, name, rows in (
                (_("按区"), "district", found["districts"]),
                (_("按行业"), "trade", found["trades"]),
            )
        ]
    return render(request, "credit/counter/dashboard.html", context)
