"""The department's pages: measures to carry out, and reporting back (Art 34)."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.supervision.credit import measures
from apps.supervision.credit.forms import ReportForm
from apps.supervision.credit.models import Measure, MeasureTask
from apps.supervision.credit.views import add

PER_PAGE = 50


def in_charge(actor) -> bool:
    """Whether the actor's department carries out measures."""
    return (
        actor.front_door == "partner"
        and "officer" in actor.roles
        and Measure.objects.filter(office=actor.office, active=True).exists()
    )


def of_department(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets officers of departments in charge of measures in; for anyone else the page is not there."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not in_charge(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@of_department
def tasks(request: HttpRequest) -> HttpResponse:
    """The measures of this department, those still open first asked for."""
    state, after = request.GET.get("state", MeasureTask.State.OPEN), request.GET.get("after", "")
    found = MeasureTask.objects.of_department(request.actor).select_related("measure", "party__organisation")
    if state in MeasureTask.State.values:
        found = found.filter(state=state)
    if after.isdecimal():
        found = found.filter(pk__lt=int(after[:18]))
    rows = list(found.order_by("-pk")[: PER_PAGE + 1])
    context = {
        "rows": rows[:PER_PAGE],
        "next": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "state": state,
        "states": MeasureTask.State.choices,
    }
    return render(request, "credit/partner/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_department
def task(request: HttpRequest, ref: str) -> HttpResponse:
    """One measure: for whom, why, and what was done."""
    found = MeasureTask.objects.of_department(request.actor).select_related("measure", "party__organisation")
    row = get_object_or_404(found, ref=ref)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            measures.report(row, request.actor, state=form.cleaned_data["state"], text=form.cleaned_data["report"])
            return redirect("credit_partner:task", row.ref)
        except ValidationError as error:
            add(form, error)
    log.read(
        actor=request.actor,
        party_id=row.party_id,
        what="credit/level",
        purpose=Purpose.CREDIT_MEASURE,
        basis=row.measure.title,
    )
    context = {"row": row, "form": form, "open": row.state != MeasureTask.State.LIFTED}
    return render(request, "credit/partner/task.html", context, status=422 if form.errors else 200)
