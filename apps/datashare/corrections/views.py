"""The tax offices' page to report a wrong value; everything after that is on the pages of cases (Art 19)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.datashare import access
from apps.datashare.corrections import opening
from apps.datashare.corrections.forms import ReportForm
from apps.datashare.corrections.models import DataCorrection
from apps.datashare.requests.views import add
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key

SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
@access.only(access.asks)
def report(request: HttpRequest) -> HttpResponse:
    """Report a value, and what one's office has reported."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            case = opening.report(
                request.actor,
                party=form.party,
                field=given["field"],
                claimed=given["claimed"],
                reason=given["reason"],
                key=form_key(request) or reference(16),
            )
            return redirect("counter_cases:page", case.number)
        except (ValidationError, PermissionDenied) as error:
            add(form, error)
    own = DataCorrection.objects.filter(office=request.actor.office).select_related("case", "provider", "party")
    context = {"form": form, "key": reference(16), "rows": own.order_by("-case_id")[:SHOWN]}
    return render(request, "datashare/corrections/report.html", context, status=422 if form.errors else 200)
