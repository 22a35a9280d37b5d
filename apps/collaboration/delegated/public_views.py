"""The public notice (代征公告): who may collect for the tax office, who no longer may (Art 23)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.collaboration.delegated.models import DelegatedAgreement
from apps.collaboration.delegated.procedure import IN_FORCE

SHOWN = 200


@require_safe
def collectors(request: HttpRequest) -> HttpResponse:
    """Collectors in force and ended, with what they collect, where, until when and by whom they were delegated."""
    words = request.GET.get("q", "").strip()[:60]
    rows = DelegatedAgreement.objects.published().select_related("case__applicant__organisation", "case__office")
    if words:
        rows = rows.filter(case__applicant__name__contains=words) | rows.filter(area__contains=words)
    shown = list(rows.prefetch_related("collectors").order_by("-begins", "-case_id")[:SHOWN])
    context = {
        "words": words,
        "live": [row for row in shown if row.case.state == IN_FORCE],
        "ended": [row for row in shown if row.case.state != IN_FORCE],
    }
    return render(request, "collaboration/delegated/collectors.html", context)
