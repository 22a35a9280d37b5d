"""The workbenches of clerks (``/counter/``) and departments (``/partner/``): a page for looking before reading."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.kernel.casework import desk, procedures, statistics
from apps.kernel.charts import Bar, BarChart, bar_chart
from apps.kernel.workcalendar import clock
from apps.portal import audience, counter_day, navigation, workload
from apps.services.queue import board

FIGURES = ("overdue", "unassigned", "mine", "waiting", "open")


@require_safe
@login_required
def counter(request: HttpRequest) -> HttpResponse:
    """The clerks' workbench; for anyone else it is not there."""
    if not audience.tax_staff(request.actor):
        raise Http404
    day = {}
    if audience.counter_staff(request.actor):
        day = {"expected": counter_day.expected(request.actor), "queues": board.waiting_by_site(request.actor.office)}
    return _workbench(request, _("办税工作台"), "counter_cases", **day)


@require_safe
@login_required
def partner(request: HttpRequest) -> HttpResponse:
    """The departments' workbench; for anyone else it is not there."""
    if not audience.department_staff(request.actor):
        raise Http404
    return _workbench(request, _("协作工作台"), "partner_cases")


def _workbench(request: HttpRequest, heading: str, cases: str, **more: object) -> HttpResponse:
    load = desk.counts(request.actor)
    context = {
        "heading": heading,
        "case_list": f"{cases}:list",
        "case_page": f"{cases}:page",
        "figures": [_figure(part, load) for part in FIGURES],
        "by_due": [_figure(part, load) for part in desk.BY_DUE],
        "open": load["open"],
        "due_chart": _due_chart(load),
        "inbox": workload.inbox(request.actor),
        "mine": workload.mine(request.actor),
        "offered": workload.offered(request.actor),
        "reviews": workload.for_review(request.actor),
        "handling": [
            (procedures.get(row.procedure).title, row) for row in statistics.handling_times([request.actor.office.pk])
        ],
        "now": clock.now(),
        "tools": navigation.tools(request.actor),
        **more,
    }
    return render(request, "portal/workbench.html", context)


def _figure(part: str, load: dict[str, int]) -> tuple[str, Promise, int]:
    return part, desk.PARTS[part], load[part]


def _due_chart(load: dict[str, int]) -> BarChart:
    tones = dict.fromkeys(("overdue", "today"), "due")
    return bar_chart([Bar(desk.PARTS[part], load[part], tones.get(part, "")) for part in desk.BY_DUE])
