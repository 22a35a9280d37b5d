"""Orders to correct and the quarterly report, at the counter and in the partner portal (Art 38)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.audit import log
from apps.kernel.casework import listing
from apps.kernel.charts import Bar, bar_chart
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office
from apps.kernel.request_keys import form_key
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period
from apps.supervision.liability import access, issuing, procedure, report
from apps.supervision.liability.forms import OrderForm
from apps.supervision.liability.models import QuarterlyReport

QUARTERS = 5  # to choose from: this one and the year before
SHOWN = 10  # bars; the table has every article


@login_required
@never_cache
@require_safe
def index(request: HttpRequest, door: str) -> HttpResponse:
    """Orders this office was given or gave."""
    if request.actor.front_door != door or not access.follows(request.actor):
        raise Http404
    may = access.may_order(request.actor)
    context = {
        **listing.page(request, [procedure.CODE]),
        "new": f"liability_{door}:new" if may else "",
        "report": f"liability_{door}:report" if may else "",
    }
    return render(request, "liability/index.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, door: str) -> HttpResponse:
    """Order an office to correct something found otherwise than by a clock."""
    _superior(request, door)
    posted = request.method == "POST"
    form = OrderForm(request.POST if posted else None, actor=request.actor)
    key = form_key(request) or reference(16)
    if posted and form.is_valid():
        try:
            case = procedure.order(request.actor, form.data, key=key)
        except (ValidationError, PermissionDenied) as refusal:
            form.add_error(None, getattr(refusal, "messages", None) or str(refusal))
        else:
            return redirect(f"{door}_cases:page", case.number)
    context = {"form": form, "key": key, "back": f"liability_{door}:list"}
    return render(request, "liability/new.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_safe
def quarter(request: HttpRequest, door: str) -> HttpResponse:
    """A quarter by article and department: chart, table, and the letter once issued."""
    _superior(request, door)
    period = _period(request.GET.get("quarter", ""))
    return _quarter(request, door, period)


@login_required
@never_cache
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the quarter's letter."""
    _general(request)
    period = _period(request.POST.get("quarter", ""))
    try:
        issuing.issue(request.actor, period)
    except ValidationError as refusal:
        return _quarter(request, "partner", period, " ".join(refusal.messages))
    return redirect(f"{reverse('liability_partner:report')}?quarter={period!s}")


@login_required
@never_cache
@require_safe
def letter(request: HttpRequest, ref: str) -> HttpResponse:
    """The letter as PDF, with the code it is checked by."""
    _general(request)
    found = get_object_or_404(QuarterlyReport, ref=ref)
    document = issuing.letter(found)
    if document is None:
        raise Http404
    log.record(issuing.about(found.ref), "read", actor=request.actor)
    return redirect("documents:letter", document.ref)


def _superior(request: HttpRequest, door: str) -> None:
    if request.actor.front_door != door or not access.may_order(request.actor):
        raise Http404


def _general(request: HttpRequest) -> None:
    if not access.is_general_office(request.actor):
        raise Http404


def _quarter(request: HttpRequest, door: str, period: Period, error: str = "") -> HttpResponse:
    found = report.rows(period, _scope(request.actor))
    articles = report.by_article(found)
    general = access.is_general_office(request.actor)
    over = report.bounds(period)[1] <= clock.now()
    issued = QuarterlyReport.objects.filter(period=str(period)).first() if general else None
    context = {
        "quarter": str(period),
        "quarters": _quarters(),
        "rows": found,
        "total": report.total(found),
        "articles": articles,
        "chart": bar_chart([Bar(row.article, row.overdue, "due") for row in articles[:SHOWN] if row.overdue]),
        "issued": issued,
        "may_issue": general and over and issued is None,
        "back": f"liability_{door}:list",
        "error": error,
        "page_error": bool(error),
    }
    return render(request, "liability/report.html", context, status=422 if error else 200)


def _scope(actor: Actor) -> list[int] | None:
    """The offices a superior answers for; all of them for the General Office."""
    if access.is_general_office(actor):
        return None
    return [actor.office.pk, *Office.objects.filter(parent=actor.office).values_list("pk", flat=True)]


def _quarters() -> list[str]:
    year, number = clock.today().year, (clock.today().month + 2) // 3
    counted = [year * 4 + number - 1 - back for back in range(QUARTERS)]
    return [f"{each // 4}Q{each % 4 + 1}" for each in counted]


def _period(text: str) -> Period:
    """One of the quarters to choose from, else this one."""
    return Period.parse(text) if text in _quarters() else report.quarter_of(clock.today())
