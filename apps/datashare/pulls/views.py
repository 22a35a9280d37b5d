"""Pages of pulls: sources and their state, runs with live progress, quarantine, and what people decide (Art 16)."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from apps.datashare.catalogue import editing
from apps.datashare.pulls import contract as contracts
from apps.datashare.pulls import ending, masking, progress, running, scheduling, standing
from apps.datashare.pulls.forms import ReasonForm
from apps.datashare.pulls.models import Pull, PullSource, QuarantinedRow

PER_PAGE = 30
WORDS = {
    "required": gettext_lazy("必填"),
    "type": gettext_lazy("类型"),
    "format": gettext_lazy("格式"),
    "codes": gettext_lazy("代码"),
    "length": gettext_lazy("长度"),
    "range": gettext_lazy("值域"),
}


@require_safe
@never_cache
def sources(request: HttpRequest) -> HttpResponse:
    """Every source the office may see, and where it stands."""
    found = PullSource.objects.visible_to(_reader(request)).order_by("id")
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(pk__gt=int(after[:18]))
    rows = standing.of(list(standing.with_state(found)[: PER_PAGE + 1]))
    context = {
        "rows": rows[:PER_PAGE],
        "next": rows[PER_PAGE - 1].source.pk if len(rows) > PER_PAGE else None,
        **_door(request),
    }
    return render(request, "datashare/pulls/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def source(request: HttpRequest, code: str) -> HttpResponse:
    """One source: how it is pulled, its runs; run now, pause, resume."""
    actor = _reader(request)
    row = standing.with_state(PullSource.objects.visible_to(actor)).filter(dataset__code=code).first()
    if row is None:
        raise Http404
    error = None
    if request.method == "POST":
        try:
            target = _change_source(request, row)
        except ValidationError as problem:
            error = " ".join(problem.messages)
        else:
            return redirect(target)
    after = request.GET.get("after", "")
    runs = row.runs.order_by("-id")
    if after.isdecimal():
        runs = runs.filter(pk__lt=int(after[:18]))
    runs = list(runs[: PER_PAGE + 1])
    context = {
        "standing": standing.of([row])[0],
        "schedule": scheduling.words(row.schedule) if row.schedule else "",
        "runs": runs[:PER_PAGE],
        "next": runs[PER_PAGE - 1].pk if len(runs) > PER_PAGE else None,
        "may": running.may_run(row, actor),
        "error": error,
        "page_error": bool(error),
        **_door(request),
    }
    return render(request, "datashare/pulls/source.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def run(request: HttpRequest, ref: str) -> HttpResponse:
    """One run: live progress while it goes on, counts, quarantine; release, discard, replay."""
    actor = _reader(request)
    row = _found(request, ref)
    doing = request.POST.get("do", "") if request.method == "POST" else ""
    form = ReasonForm(request.POST if doing in ("release", "discard") else None)
    error = None
    if doing:
        try:
            target = _change_run(request, row, doing, form)
            if target:
                return redirect(target)
        except ValidationError as problem:
            error = " ".join(problem.messages)
    labels = {term.name: term.label for term in contracts.of(row.version).terms}
    context = {
        "run": row,
        "progress": progress.of(row),
        "counts": [(labels.get(count.field, count.field), count) for count in row.counts.order_by("id")],
        "waiting": row.bad_rows.filter(state=QuarantinedRow.State.OPEN).count(),
        "may": running.may_run(row.source, actor),
        "releasable": row.block not in ending.DRIFT,
        "form": form,
        "error": error,
        "page_error": bool(error),
        **_door(request),
    }
    if request.htmx:
        if not row.under_way:
            return HttpResponseClientRefresh()  # what can be done with an ended run stands beside its progress
        return render(request, "datashare/pulls/_progress.html", context)
    return render(request, "datashare/pulls/run.html", context, status=422 if error or form.errors else 200)


@require_safe
@never_cache
def rows(request: HttpRequest, ref: str) -> HttpResponse:
    """The quarantined rows of a run, page by page; personal data only for whoever provided it."""
    found = _found(request, ref)
    if not running.may_run(found.source, request.actor):
        raise Http404
    bad = found.bad_rows.order_by("id")
    after = request.GET.get("after", "")
    if after.isdecimal():
        bad = bad.filter(pk__gt=int(after[:18]))
    some = list(bad[: PER_PAGE + 1])
    contract = contracts.of(found.version)
    context = {
        "run": found,
        "terms": contract.terms,
        "rows": [
            (each, _rules(each.row, contract))
            for each in masking.shown(some[:PER_PAGE], found, contract, request.actor)
        ],
        "next": some[PER_PAGE - 1].pk if len(some) > PER_PAGE else None,
        **_door(request),
    }
    return render(request, "datashare/pulls/rows.html", context)


def _change_source(request: HttpRequest, row: PullSource) -> str:
    doing = request.POST.get("do")
    if doing == "run":
        started = running.start(row, request.actor, whole="whole" in request.POST)
        return f"../runs/{started.ref}/"
    if doing == "pause":
        running.pause(row, request.actor)
    elif doing == "resume":
        running.resume(row, request.actor)
    else:
        raise ValidationError(_("没有这个操作。"))
    return request.path


def _change_run(request: HttpRequest, row: Pull, doing: str, form: ReasonForm) -> str | None:
    if doing == "replay":
        from apps.datashare.pulls import replaying  # noqa: PLC0415 - loads polars, which pages else never need

        return f"../{replaying.replay(row, request.actor).ref}/"
    if doing not in ("release", "discard"):
        raise ValidationError(_("没有这个操作。"))
    if not form.is_valid():
        return None
    change = running.release if doing == "release" else running.discard
    change(row, request.actor, reason=form.cleaned_data["reason"])
    return request.path


def _reader(request: HttpRequest):
    """Officers of providers and the data centre at their door, tax staff at theirs; for others there is no page."""
    actor = request.actor
    at_partner = request.resolver_match.namespace == "pulls"
    if actor.front_door == "partner" and at_partner and editing.may_write(actor):
        return actor
    if actor.front_door == "counter" and not at_partner and request.method in ("GET", "HEAD"):
        return actor
    raise Http404


def _found(request: HttpRequest, ref: str) -> Pull:
    found = (
        Pull.objects.visible_to(_reader(request))
        .select_related("source__dataset__current", "source__dataset__provider", "version", "by", "released_by")
        .filter(ref=ref)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _door(request: HttpRequest) -> dict[str, str]:
    space = request.resolver_match.namespace
    return {f"{name}_route": f"{space}:{name}" for name in ("sources", "source", "run")}


def _rules(row: QuarantinedRow, contract: contracts.Contract) -> list[str]:
    """The broken rules in words."""
    labels = {term.name: term.label for term in contract.terms}
    whole = {"structure": _("列数不符"), "duplicate": _("同一主键有矛盾的行"), "type": _("更新时间无法识别")}
    said = []
    for rule in row.rules:
        name, _colon, kind = rule.partition(":")
        said.append(f"{labels[name]}：{WORDS[kind]}" if name in labels else whole.get(kind, kind))
    return said
