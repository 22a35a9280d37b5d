"""What the person concerned sees of the courts: what was computed and claimed, and what came in (Art 30)."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.collaboration.courts.models import ArrearsClaim, BankruptcyClaim, CourtSale
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework.models import Case

SHOWN = 30


@require_safe
@never_cache
def matters(request: HttpRequest) -> HttpResponse:
    """The matters of the party acted for, once the tax office has answered or claimed; newest first."""
    party = request.actor.party
    concerned = Q()
    for model in (CourtSale, ArrearsClaim, BankruptcyClaim):
        told = model.objects.filter(party=party, letter__isnull=False)
        concerned |= Q(pk__in=told.values("case"))
    found = Case.objects.filter(concerned).prefetch_related("claim_lines__charge__levy", "remittances")
    log.read(actor=request.actor, party_id=party.pk, what="court matters", purpose=Purpose.OWN)
    return render(request, "collaboration/courts/mine.html", {"cases": found.order_by("-id")[:SHOWN]})
