"""The agencies' pages: deliver, what became of it, replay, what was collected, reconciliation (Art 24)."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration.insurance import access, columns, feedback, intake, packing, paging, reconciliation
from apps.collaboration.insurance.forms import DeliverForm
from apps.collaboration.insurance.models import AssessedPayer, InsuranceDuty, InsuranceExchange, InsuranceFeedback
from apps.kernel.charts import Bar, bar_chart
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock

TEN_THOUSAND = 10_000  # the unit of the chart: 万元


def of_agency(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets officers of agencies in charge in; for anyone else the page is not there."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not access.delivers(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@of_agency
def exchanges(request: HttpRequest) -> HttpResponse:
    """Hand in a file with its control totals; the deliveries so far."""
    posted = request.method == "POST"
    form = DeliverForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        given = form.cleaned_data
        try:
            exchange = intake.deliver(
                packing.of_file(given["kind"], given["file"]),
                kind=given["kind"],
                message_id=given["message_id"],
                sent_at=clock.now(),
                unit=intake.UNIT,
                control_count=given["control_count"],
                control_total=given["control_total"],
                actor=request.actor,
            )
            return redirect("insurance_partner:exchange", exchange.ref)
        except ValidationError as error:
            paging.add(form, error)
    found = InsuranceExchange.objects.visible_to(request.actor).defer("content", "problems")
    context = {
        "form": form,
        "kinds": [(code, label, columns.COLUMNS[code]) for code, label in InsuranceExchange.Kind.choices],
        "duties": InsuranceDuty.objects.filter(office=request.actor.office).select_related("levy"),
        **paging.page(request, found),
    }
    return render(request, "collaboration/insurance/exchanges.html", context, status=422 if form.errors else 200)


@require_safe
@of_agency
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty file with the right headings."""
    if kind not in columns.COLUMNS:
        raise Http404
    return paging.download(
        paging.csv_text([[column.heading for column in columns.COLUMNS[kind]]]), f"insurance-{kind}.csv"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_agency
def exchange(request: HttpRequest, ref: str) -> HttpResponse:
    """What became of a delivery; replay it."""
    row = InsuranceExchange.objects.visible_to(request.actor).defer("content").filter(ref=ref).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        intake.replay(row, actor=request.actor)
        return redirect("insurance_partner:exchange", ref)
    waiting = AssessedPayer.objects.filter(exchange=row, bill=None).order_by("row")
    context = {
        "exchange": row,
        "problems": row.problems[: paging.SHOWN],
        "waiting": waiting[: paging.SHOWN] if row.state == InsuranceExchange.State.TAKEN else [],
        "bills": row.bills.select_related("levy", "party", "charge").order_by("id")[: paging.SHOWN],
        "may_replay": row.state == InsuranceExchange.State.REFUSED or row.unmatched,
    }
    part = "_exchange" if request.htmx else "exchange"
    return render(request, f"collaboration/insurance/{part}.html", context)


@require_safe
@of_agency
def told(request: HttpRequest) -> HttpResponse:
    """What was collected for this agency, and a file for each day."""
    found = InsuranceFeedback.objects.visible_to(request.actor).select_related("bill__levy", "bill__party")
    context = {"today": clock.today().isoformat(), **paging.page(request, found)}
    return render(request, "collaboration/insurance/feedback.html", context)


@require_safe
@of_agency
def day_file(request: HttpRequest, day: str) -> HttpResponse:
    """A day's exchange file; fetched again it is the same."""
    text = feedback.file_of(request.actor.office, paging.day_of(day))
    return paging.download(text, f"insurance-feedback-{day}.csv")


@require_safe
@of_agency
def reconcile(request: HttpRequest) -> HttpResponse:
    """This agency's days, and the bills whose figures do not agree."""
    return render(request, "collaboration/insurance/reconciliation.html", figures(request.actor.office))


def figures(office) -> dict:
    """The days of an agency, or of all, as table and chart, and the differences."""
    days = reconciliation.days(office)
    names = dict(Office.objects.filter(pk__in={day.office for day in days}).values_list("pk", "name"))
    sums = [
        (_("明细"), sum((day.lines for day in days), ZERO), ""),
        (_("账户"), sum((day.charged for day in days), ZERO), ""),
        (_("已征"), sum((day.collected for day in days), ZERO), "done"),
        (_("已反馈"), sum((day.fed_back for day in days), ZERO), "done"),
    ]
    bars = [Bar(str(label), int(value / TEN_THOUSAND), tone) for label, value, tone in sums]
    return {
        "named": [(names[day.office], day) for day in days],
        "chart": bar_chart(bars),
        "sums": [(label, value) for label, value, _tone in sums],
        "differences": reconciliation.differences(office),
    }
