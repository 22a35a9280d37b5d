"""The bank's list in the partner portal, and what the person concerned sees of measures (Art 29)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.collaboration.banks import access
from apps.collaboration.banks.asking import CODES
from apps.collaboration.banks.counter_views import PER_PAGE, with_details
from apps.collaboration.banks.models import AccountEnquiry, AccountOrder, PayOrder
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.workcalendar import clock


@require_safe
@never_cache
def requests(request: HttpRequest) -> HttpResponse:
    """What waits for this bank, and what it did."""
    if not access.answers(request.actor):
        raise Http404
    seen = Case.objects.visible_to(request.actor).filter(procedure__in=CODES.values()).with_due()
    mine = seen.filter(office=request.actor.office, closed_at__isnull=True).order_by("id")[:200]
    earlier = seen.exclude(office=request.actor.office).order_by("-id")[:PER_PAGE]
    context = {"waiting": with_details(list(mine)), "earlier": with_details(list(earlier)), "now": clock.now()}
    return render(request, "collaboration/banks/requests.html", context)


@require_safe
@never_cache
def measures(request: HttpRequest) -> HttpResponse:
    """Orders to pay and measures of the party acted for."""
    orders = PayOrder.objects.visible_to(request.actor).select_related("letter", "office").order_by("-id")[:PER_PAGE]
    found = [
        *AccountEnquiry.objects.visible_to(request.actor).select_related("case", "bank")[:PER_PAGE],
        *AccountOrder.objects.visible_to(request.actor).select_related("case", "bank")[:PER_PAGE],
    ]
    context = {"orders": orders, "measures": sorted(found, key=lambda each: -each.pk), "today": clock.today()}
    return render(request, "collaboration/banks/measures.html", context)


@require_safe
@never_cache
def measure(request: HttpRequest, number: str) -> HttpResponse:
    """One measure: what was done, why, by what law, until when, and how to appeal."""
    found = None
    for model in (AccountEnquiry, AccountOrder):
        rows = model.objects.visible_to(request.actor).select_related("case", "bank", "asked_by", "decider")
        found = found or rows.filter(case__number=number).first()
    if found is None:
        raise Http404
    context = {
        "row": found,
        "documents": IssuedDocument.objects.filter(about=f"measure/{number}", party=request.actor.party),
        "clocks": found.case.clocks.filter(term="preservation-term"),
    }
    return render(request, "collaboration/banks/measure.html", context)
