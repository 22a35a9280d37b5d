"""The tax office's pages: whose is it, and how the departments' sources come in (Art 25)."""

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration.fees import access, disputes, history, matching, reconciliation
from apps.collaboration.fees.forms import AssignForm, SendBackForm
from apps.collaboration.fees.models import FeeSource
from apps.collaboration.fees.views import add, page
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.charts import Bar, bar_chart
from apps.kernel.parties.models import Office

SHOWN_DAYS = 60


def _tax(request: HttpRequest) -> None:
    if request.actor.front_door != "counter":
        raise Http404


@require_safe
@never_cache
def unmatched(request: HttpRequest) -> HttpResponse:
    """Sources no payer answers to, oldest last, and the departments' days."""
    _tax(request)
    found = FeeSource.objects.visible_to(request.actor)
    waiting = found.filter(state=FeeSource.State.UNMATCHED)
    counts = dict(found.order_by().values_list("state").annotate(many=Count("id")))
    names = dict(Office.objects.filter(fee_duties__isnull=False).values_list("pk", "name"))
    days = reconciliation.days() if request.actor.office.kind == Office.Kind.TAX_CITY else []
    bars = [
        Bar(str(label), counts.get(code, 0), "due" if code == FeeSource.State.UNMATCHED else "")
        for code, label in FeeSource.State.choices
    ]
    context = {
        "chart": bar_chart(bars),
        "may_match": access.matches(request.actor),
        "days": [(names.get(day.office, ""), day) for day in days[:SHOWN_DAYS]],
        **page(request, waiting.select_related("office", "levy")),
    }
    return render(request, "collaboration/fees/unmatched.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def source(request: HttpRequest, ref: str) -> HttpResponse:
    """One source at the tax office: match it, or return it to its department."""
    _tax(request)
    row = disputes.found_here(ref, request.actor)
    doing = request.POST.get("do")
    assign = AssignForm(request.POST if doing == "assign" else None)
    back = SendBackForm(request.POST if doing == "back" else None)
    form = {"assign": assign, "back": back}.get(doing)
    if form is not None and form.is_valid():
        try:
            if form is assign:
                matching.assign(row, actor=request.actor, **form.cleaned_data)
            else:
                matching.send_back(row, actor=request.actor, **form.cleaned_data)
            return redirect("fees_counter:unmatched")
        except ValidationError as error:
            add(form, error)
    if row.charge_id:
        log.read(actor=request.actor, party_id=row.charge.party_id, what=row.about, purpose=Purpose.FEE_SOURCE)
    context = {
        "source": row,
        "history": history.of(row),
        "assign": assign,
        "back": back,
        "form": form,
        "open": row.state == FeeSource.State.UNMATCHED and access.matches(request.actor),
    }
    return render(
        request, "collaboration/fees/match.html", context, status=422 if form is not None and form.errors else 200
    )
