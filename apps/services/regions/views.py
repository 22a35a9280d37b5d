"""Pages across provinces: staff see partners and ask, taxpayers give and take back consent (Art 9)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from apps.kernel.parties.models import Mandate
from apps.services.regions import recognition
from apps.services.regions.forms import ConsentForm, QuestionForm
from apps.services.regions.models import RecognitionConsent, RecognitionQuery, Region
from apps.services.regions.province import Province

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def partners(request: HttpRequest) -> HttpResponse:
    """The provinces, the office's own questions and those other provinces asked, and a form to ask."""
    if request.actor.front_door != "counter":
        raise Http404
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            recognition.ask(request.actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("regions_counter:partners")
    rows = RecognitionQuery.objects.filter(
        Q(office=request.actor.office) | Q(office__parent=request.actor.office)
    ).select_related("region")
    after = request.GET.get("after", "")
    if after.isdecimal():
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: PER_PAGE + 1])
    context = {
        "regions": Region.objects.filter(active=True),
        "queries": found[:PER_PAGE],
        "next": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "form": form,
        "problems": Province().check_config(),
    }
    return render(request, "regions/partners.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """Which provinces may ask about the party acted for, and which did."""
    party, mandate = request.actor.party, request.actor.mandate
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            recognition.consent(request.actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("regions:consents", party.ref)
    asked = RecognitionQuery.objects.none()
    if party.kind == party.Kind.ORGANISATION:
        asked = RecognitionQuery.objects.filter(
            direction=RecognitionQuery.Direction.ANSWERED, credit_code=party.organisation.uscc, name=party.name
        )
    context = {
        "form": form,
        "rows": RecognitionConsent.objects.filter(party=party).select_related("region"),
        "asked": asked.select_related("region")[:PER_PAGE],
        "manages": mandate is None or mandate.kind in Mandate.MANAGING_KINDS,
    }
    return render(request, "regions/consents.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, ref: str) -> HttpResponse:
    """Take consent back."""
    row = get_object_or_404(RecognitionConsent, party=request.actor.party, ref=ref)
    recognition.revoke(row, request.actor)
    return redirect("regions:consents", request.actor.party.ref)
