"""The risk desk at the counter: runs, payers by score, one payer explained, tasks, outcomes, tuning (Art 32)."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel import workers
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework.models import Case, Clock
from apps.kernel.charts import Bar, BarChart, bar_chart
from apps.kernel.facts import passes
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.supervision.risk import access, assigning, dashboard, explaining, outcomes, running, tuning
from apps.supervision.risk.access import for_analysts
from apps.supervision.risk.dashboard import Group
from apps.supervision.risk.forms import ProposeForm, TuneForm
from apps.supervision.risk.indicators import in_force, indicators
from apps.supervision.risk.models import Level, RiskOutcome, RiskRun, RiskScore, RiskTask

SHOWN = 20
TOP = 10


@require_safe
@for_analysts
def desk(request: HttpRequest) -> HttpResponse:
    """What the latest run found within reach, as charts beside their tables; what waits."""
    run = dashboard.latest()
    context: dict = {"run": run, "office": request.actor.office}
    if run is not None:
        rows = dashboard.counts(run, request.actor)
        found = dashboard.by_indicator(run, rows)
        leading = sorted(found, key=lambda group: -group.parties)[:TOP]
        context |= {
            "levels": dashboard.levels(run, request.actor),
            "indicators": found,
            "leading": leading,
            "indicator_chart": _chart(leading),
            "parts": [
                (title, name, _chart(groups), groups)
                for title, name, groups in (
                    (_("按区"), "district", dashboard.by_district(rows)),
                    (_("按行业"), "trade", dashboard.by_trade(rows)),
                )
            ],
            "waiting": [(Level(kind), number) for kind, number in sorted(dashboard.waiting(request.actor).items())],
            "room": assigning.room(request.actor.office).items(),
        }
    return render(request, "risk/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def runs(request: HttpRequest) -> HttpResponse:
    """The latest runs; posting starts one."""
    if request.method == "POST":
        run = running.start(request.actor)
        workers.hand_over("risk.work")
        messages.success(request, _("扫描已发起，进度见本页。"))
        return redirect("risk:run", run.ref)
    return render(request, "risk/runs.html", {"runs": RiskRun.objects.defer("rules", "tally")[:SHOWN]})


@require_safe
@never_cache
@for_analysts
def run(request: HttpRequest, ref: str) -> HttpResponse:
    """How far one run is, how fast, how long still."""
    found = get_object_or_404(RiskRun.objects.select_related("started_by"), ref=ref)
    return passes.page(request, "risk/run.html", found, found.done, running=found.state == RiskRun.State.RUNNING)


@require_POST
@for_analysts
def stop(request: HttpRequest, ref: str) -> HttpResponse:
    """Give a run up."""
    found = get_object_or_404(RiskRun, ref=ref)
    running.stop(found, request.actor)
    return redirect("risk:run", found.ref)


@require_safe
@for_analysts
def payers(request: HttpRequest) -> HttpResponse:
    """Payers by score within reach, a page at a time."""
    level, code, after = (request.GET.get(name, "") for name in ("level", "indicator", "after"))
    by_code = {each.code: each for each in indicators().values()}
    if (level and level not in Level.values) or (code and code not in by_code):
        raise Http404
    latest = dashboard.latest()
    context: dict = {"run": latest, "level": level, "indicator": by_code.get(code), "levels": Level}
    context["indicators"] = list(by_code.values())
    if latest is not None:
        number = by_code[code].number if code else None
        found = dashboard.payers(latest, request.actor, level=level, indicator=number, after=after_key(after))
        rows, last = (
            found[: dashboard.PER_PAGE],
            found[dashboard.PER_PAGE - 1] if len(found) > dashboard.PER_PAGE else None,
        )
        known = indicators()
        context |= {
            "rows": [(row, [known[number] for number in row.hits]) for row in rows],
            "next": f"{last.score}_{last.party_id}" if last else "",
        }
    return render(request, "risk/payers.html", context)


def after_key(text: str) -> tuple[Decimal, int] | None:
    """Where a page begins, out of ``score_party``; a nonsense key is no page."""
    if not text:
        return None
    score, _mark, party = text.partition("_")
    try:
        key = (Decimal(score[:8]), int(party[:18]))
    except (InvalidOperation, ValueError) as error:
        raise Http404 from error
    if not key[0].is_finite():
        raise Http404
    return key


@require_safe
@never_cache
@for_analysts
def payer(request: HttpRequest, ref: str) -> HttpResponse:
    """One payer explained: every indicator with formula, figures, sources, threshold and points; read on record."""
    party = get_object_or_404(
        Party.objects.filter(access.within_reach(request.actor)).select_related("office"), ref=ref
    )
    latest = dashboard.latest()
    if latest is None:
        raise Http404
    log.read(actor=request.actor, party_id=party.pk, what="facts", purpose=Purpose.RISK)
    explained = explaining.explain(latest, party)
    kept = RiskScore.objects.filter(run=latest, party=party).first()
    rows = [explaining.shown_row(row) for row in explained.rows]
    context = {
        "party": party,
        "run": latest,
        "explained": explained,
        "level": explained.rules.level_of(explained.score),
        "kept": kept,
        "changed": (kept.score if kept else Decimal(0)) != explained.score,
        "hits": [row for row in rows if row["verdict"] in ("hit", "severe")],
        "unknown": [row for row in rows if row["verdict"] == "unknown"],
        "others": [row for row in rows if row["verdict"] in ("clear", "not_concerned")],
        "cases": Case.objects.visible_to(request.actor)
        .filter(applicant=party, procedure__in=assigning.CODES.values())
        .order_by("-id")[:SHOWN],
        "task": RiskTask.objects.filter(party=party, case__isnull=True).first(),
    }
    return render(request, "risk/payer.html", context)


@require_safe
@for_analysts
def tasks(request: HttpRequest) -> HttpResponse:
    """Open risk cases within sight, and what waits for room, the highest score first."""
    reach = access.within_reach(request.actor, "party")
    context = {
        "cases": Case.objects.visible_to(request.actor)
        .filter(procedure__in=assigning.CODES.values(), closed_at__isnull=True)
        .select_related("applicant", "office", "handler")
        .with_due(Clock.Whose.OFFICE, Clock.Whose.APPLICANT)
        .order_by("id")[: dashboard.PER_PAGE],
        "waiting": RiskTask.objects.filter(reach, case__isnull=True)
        .select_related("party", "office")
        .order_by("-score", "id")[: dashboard.PER_PAGE],
        "room": assigning.room(request.actor.office).items(),
    }
    return render(request, "risk/tasks.html", context)


@require_safe
@for_analysts
def results(request: HttpRequest) -> HttpResponse:
    """How often each indicator was right, and the latest outcomes."""
    rates = outcomes.rates(request.actor)
    decided = sorted((rate for rate in rates if rate.decided), key=lambda rate: -rate.right)
    context = {
        "rates": rates,
        "chart": bar_chart([Bar(f"{rate.indicator.code} {rate.indicator.name}", rate.right) for rate in decided[:TOP]]),
        "latest": [
            (row, indicators()[row.indicator])
            for row in RiskOutcome.objects.filter(access.within_reach(request.actor, "party"))
            .select_related("case", "party")
            .order_by("-id")[:SHOWN]
        ],
    }
    return render(request, "risk/results.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def tune(request: HttpRequest) -> HttpResponse:
    """Try other weights on the latest run; propose them for the law."""
    latest, rules = dashboard.latest(), in_force(clock.today())
    proposing = request.method == "POST" and "propose" in request.POST
    form_class = ProposeForm if proposing else TuneForm
    form = form_class(request.POST if request.method == "POST" else None, rules=rules)
    context: dict = {"form": form, "run": latest, "reason": request.POST.get("reason", "")}
    if latest is not None:
        context["before"] = tuning.try_on(latest, rules)
    if request.method == "POST" and form.is_valid():
        after = form.tuned(rules)
        if latest is not None:
            context["after"] = tuning.try_on(latest, after)
        if proposing:
            try:
                made = tuning.propose(request.actor, rules, after, form.cleaned_data["reason"])
            except (ValidationError, PermissionDenied) as refusal:
                form.add_error(None, getattr(refusal, "messages", None) or str(refusal))
            else:
                messages.success(
                    request, _("已提出 %(number)d 项变更，由另一位同事复核后生效。") % {"number": len(made)}
                )
                return redirect("risk:tune")
    return render(request, "risk/tune.html", context, status=422 if form.errors else 200)


def _chart(groups: list[Group]) -> BarChart:
    return bar_chart([Bar(group.label, group.parties) for group in groups[:TOP]])
