"""Pages of supervision: the ranking, one unit, one dataset, the table, the annual report (Art 20)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.datashare import access
from apps.datashare.quality import reporting
from apps.datashare.quality.models import QualityAssessment
from apps.kernel import replica
from apps.kernel.charts import Bar, bar_chart
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.models import Office


@require_safe
@access.only(access.provides)
@replica.reading()
def dashboard(request: HttpRequest) -> HttpResponse:
    """The ranking of a period; a department sees itself."""
    periods, period = _periods(request)
    rows = reporting.ranking(request.actor, period)
    bars = [
        Bar(row.office.name.removeprefix("上海市"), int(row.total * 100), "" if row.is_secure else "due")
        for row in rows
        if row.total is not None
    ]
    context = {
        "periods": periods,
        "period": period,
        "chart": bar_chart(bars),
        "rows": [(row, _shown(row)) for row in rows],
        "supervises": reporting.supervises(request.actor),
    }
    return render(request, "datashare/quality/dashboard.html", context)


@require_safe
@access.only(access.provides)
@replica.reading()
def table(request: HttpRequest) -> HttpResponse:
    """The ranking as CSV."""
    _periods_known, period = _periods(request)
    return HttpResponse(
        reporting.as_csv(reporting.ranking(request.actor, period)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="quality-{period or "none"}.csv"'},
    )


@require_safe
@access.only(access.provides)
@replica.reading()
def unit(request: HttpRequest, code: str, dataset: str = "") -> HttpResponse:
    """One unit, or one of its datasets: each indicator with raw counts and formula, the trend, the datasets."""
    found = QualityAssessment.objects.visible_to(request.actor).filter(office__code=code, current=True)
    found = found.filter(dataset__code=dataset) if dataset else found.filter(dataset=None)
    found = found.select_related("office", "dataset__current").order_by("-ends", "begins")
    row = (found.filter(period=request.GET["period"][:7]) if request.GET.get("period") else found).first()
    if row is None:
        raise Http404
    trend = reporting.trend(row)
    bars = [
        Bar(each.period, int(each.total * 100), "" if each.is_secure else "due")
        for each in trend
        if each.total is not None
    ]
    parts = (
        QualityAssessment.objects.none()
        if dataset
        else row.__class__.objects.filter(office=row.office, period=row.period, current=True, dataset__isnull=False)
        .select_related("dataset__current")
        .order_by("dataset__code")
    )
    context = {
        "row": row,
        "shown": _shown(row),
        "scores": [(score, reporting.percent(score.value)) for score in row.scores.all()],
        "trend": [(each, reporting.percent(each.total)) for each in trend],
        "chart": bar_chart(bars),
        "parts": [(each, reporting.percent(each.total)) for each in parts],
        "periods": list(found.values_list("period", flat=True)[: reporting.TREND * 2]),
        "reports": IssuedDocument.objects.filter(about=f"quality/{code}/{row.period}").order_by("-pk")[:5],
        "may_report": reporting.supervises(request.actor) and row.period.isdecimal() and not dataset,
    }
    return render(request, "datashare/quality/unit.html", context)


@require_POST
@access.only(reporting.supervises)
def report(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """Issue the annual report."""
    office = Office.objects.filter(code=code).first()
    if office is None:
        raise Http404
    try:
        reporting.issue(office, period, request.actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    response = redirect("quality:unit", code)
    response["Location"] += f"?period={period}"
    return response


def _periods(request: HttpRequest) -> tuple[list[str], str]:
    known = reporting.periods(request.actor)
    asked = request.GET.get("period", "")
    return known, asked if asked in known else (known[0] if known else "")


def _shown(row: QualityAssessment) -> dict[str, str]:
    return {name: reporting.percent(getattr(row, name)) for name in ("total", "quality", "effect", "security")}
