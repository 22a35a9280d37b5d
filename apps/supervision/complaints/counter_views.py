"""Complaints at the counter: take down what is heard, see what people complain about, have it put right (Art 31)."""

import calendar
import datetime as dt

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.charts import Bar, BarChart, bar_chart
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office
from apps.kernel.request_keys import form_key
from apps.supervision.complaints import analysis, recording, rectification
from apps.supervision.complaints.forms import FIELDS, RecordForm, RectifyForm
from apps.supervision.complaints.models import Kind


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Take down a complaint made on the hotline or at the counter."""
    if not recording.may_record(request.actor):
        raise Http404
    form = RecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        detail = {name: data[name] for name in (*FIELDS, "source")}
        try:
            given = recording.record(
                detail,
                actor=request.actor,
                key=form_key(request) or reference(16),
                name=data["name"],
                number=data["number"],
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return render(request, "complaints/given.html", {"given": given, "staff": True})
    context = {"form": form, "key": reference(16)}
    return render(request, "complaints/record.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def analysed(request: HttpRequest) -> HttpResponse:
    """What people complain about: chart and table by kind, area, office and month; clusters to put right."""
    actor = request.actor
    if actor.front_door != "counter":
        raise Http404
    parts = [
        (title, name, _chart(rows), rows)
        for title, name, rows in (
            (_("按类别"), "kind", analysis.by_kind(actor)),
            (_("按费种"), "area", analysis.by_area(actor)),
            (_("按被投诉单位"), "office", analysis.by_office(actor)),
            (_("按月份"), "month", analysis.by_month(actor)),
        )
    ]
    context = {
        "parts": parts if any(rows for *_titles, rows in parts) else [],
        "clusters": analysis.clusters(actor, rectification.MIN_COMPLAINTS),
        "may_order": rectification.may_order(actor),
    }
    return render(request, "complaints/analysis.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rectify(request: HttpRequest, office: str, kind: str, month: str) -> HttpResponse:
    """Say what the complaints of a cluster have in common, and have it put right."""
    if not rectification.may_order(request.actor) or kind not in Kind.values:
        raise Http404
    about = get_object_or_404(Office, code=office, parent=request.actor.office)
    since, until = _month(month)
    form = RectifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = rectification.order(
                request.actor, about, kind, since=since, until=until, finding=form.cleaned_data["finding"]
            )
        except (ValidationError, PermissionDenied) as refusal:
            form.add_error(None, getattr(refusal, "messages", None) or str(refusal))
        else:
            return redirect("counter_cases:page", case.number)
    found = analysis.of_cluster(request.actor, about, kind, since=since, until=until).select_related("case")
    context = {"form": form, "about": about, "kind": Kind(kind), "month": since, "found": found}
    return render(request, "complaints/rectify.html", context, status=422 if form.errors else 200)


def _month(text: str) -> tuple[dt.date, dt.date]:
    try:
        first = dt.date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404 from error
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _chart(rows: list[analysis.Row]) -> BarChart:
    return bar_chart([Bar(row.label.split("：", maxsplit=1)[0], row.number) for row in rows[:10]])
