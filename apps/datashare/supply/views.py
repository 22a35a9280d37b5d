"""Pages of standing supply: a department's duties and deliveries, the centre's dashboard (Art 18 para 2)."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.datashare import access
from apps.datashare.requests.views import add
from apps.datashare.supply import delivering, expected
from apps.datashare.supply.forms import DeliveryForm
from apps.datashare.supply.models import SupplyDuty
from apps.kernel.charts import Bar, bar_chart
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key

PERIODS = 60


@require_safe
@access.only(lambda actor: access.provides(actor) or access.asks(actor))
def dashboard(request: HttpRequest) -> HttpResponse:
    """Duties with how often they were met: one's own, all of them for the centre and the tax offices."""
    duties = SupplyDuty.objects.visible_to(request.actor).select_related("office", "dataset").in_bulk()
    tallies = expected.tallies(list(duties))
    total = {name: sum(getattr(row, name) for row in tallies) for name in ("on_time", "late", "missing", "awaited")}
    bars = [
        Bar(_("按时"), total["on_time"], "done"),
        Bar(_("迟交"), total["late"]),
        Bar(_("未交"), total["missing"], "due"),
        Bar(_("待交"), total["awaited"]),
    ]
    ranked = sorted(tallies, key=lambda row: (-row.missing, -row.late, row.duty_id))
    counted = {row.duty_id for row in tallies}
    context = {
        "chart": bar_chart(bars),
        "rows": [(duties[row.duty_id], row) for row in ranked]
        + [(d, None) for d in duties.values() if d.pk not in counted],
        "supervises": access.supervises(request.actor),
        "partner": request.actor.front_door == "partner",
    }
    return render(request, "datashare/supply/dashboard.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.only(access.provides)
def duty(request: HttpRequest, ref: str) -> HttpResponse:
    """One duty: its expected deliveries, and a delivery for one of them."""
    row = (
        SupplyDuty.objects.visible_to(request.actor)
        .select_related("office", "dataset__current")
        .filter(ref=ref)
        .first()
    )
    if row is None:
        raise Http404
    own = row.office_id == request.actor.office.pk
    posted = request.method == "POST" and own
    form = DeliveryForm(request.POST if posted else None, request.FILES if posted else None, duty=row)
    if posted and form.is_valid():
        given = form.cleaned_data
        try:
            delivering.deliver(
                row,
                request.actor,
                period_end=dt.date.fromisoformat(given["period_end"]),
                rows=given["rows"],
                file=given["file"],
                key=form_key(request),
            )
            return redirect("supply:duty", ref)
        except (ValidationError, PermissionDenied) as error:
            add(form, error)
    context = {
        "duty": row,
        "own": own,
        "form": form,
        "key": reference(16),
        "expected": expected.of([row.pk])[:PERIODS],
        "deliveries": row.deliveries.select_related("upload", "by")[:20],
    }
    return render(request, "datashare/supply/duty.html", context, status=422 if form.errors else 200)
