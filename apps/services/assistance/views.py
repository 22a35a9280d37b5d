"""A person's own pages: what I need, my home visits (Art 11, second paragraph)."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Mandate, Party
from apps.kernel.request_keys import form_key
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock
from apps.services.assistance import needs, profiles, visits
from apps.services.assistance.forms import NeedsForm, TimeForm
from apps.services.assistance.models import NeedsProfile


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What is known of my needs, who acts for me, my visits, and every other way to be helped."""
    party = _person(request)
    log.read(actor=request.actor, party_id=party.pk, what="needs", purpose=Purpose.OWN)
    context = {
        "profile": _profile(party),
        "needs": needs.of(party),
        "helpers": Mandate.objects.live()
        .filter(principal=party, kind__in=(Mandate.Kind.GUARDIAN, Mandate.Kind.RELATIVE))
        .select_related("agent"),
        "visits": _visits(request),
    }
    return render(request, "assistance/overview.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Tell us what you need, or change it."""
    party = _person(request)
    form = NeedsForm(request.POST or None, instance=_profile(party))
    if request.method == "POST" and saved(request, form, party):
        messages.success(request, _("已保存。预约、取号和上门时会按您的需要安排。"))
        return redirect("assistance:overview", party.ref)
    log.read(actor=request.actor, party_id=party.pk, what="needs", purpose=Purpose.OWN)
    return render(request, "assistance/edit.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the consent back."""
    party = _person(request)
    profiles.withdraw(party, request.actor)
    messages.success(request, _("已撤回同意，您告诉我们的信息已经删除。"))
    return redirect("assistance:overview", party.ref)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """The start of a home visit: who may book, how it goes, other ways."""
    party, error = _person(request), ""
    if request.method == "POST":
        try:
            case = visits.begin(request.actor, idempotency_key=form_key(request, "visit"))
        except ValidationError as refusal:
            error = refusal.messages[0]
        else:
            return redirect("cases:fill", party.ref, case.number, visits.HOME_VISIT.pages[0].slug)
    context = {
        "needs": needs.of(party),
        "confirm": terms.term("home-visit-confirm", clock.today()),
        "error": error,
        "page_error": bool(error),
        "key": reference(16),
        "visits": _visits(request),
    }
    return render(request, "assistance/begin.html", context, status=422 if error else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """Choose one of the times offered."""
    case = _draft(request, number)
    if not case.detail.district:
        return redirect("cases:fill", case.applicant.ref, number, "where")
    offered = visits.times(case.applicant, case.detail.district)
    by_day: dict[dt.date, list] = {}
    for slot in offered:
        by_day.setdefault(timezone.localtime(slot.starts).date(), []).append(slot)
    day = next((each for each in by_day if each.isoformat() == request.GET.get("day")), next(iter(by_day), None))
    chosen = case.detail.starts_at.isoformat() if case.detail.starts_at else None
    form = TimeForm(initial={"starts_at": chosen}, offered=by_day.get(day, []))
    if request.method == "POST":
        form = TimeForm(request.POST, offered=offered)
        if form.is_valid():
            cases.save_draft(case, request.actor, form.cleaned_data)
            return redirect("visits:check", case.applicant.ref, number)
        form.fields["starts_at"].choices = TimeForm(offered=by_day.get(day, [])).fields["starts_at"].choices
    context = {"case": case, "form": form, "days": list(by_day), "day": day}
    return render(request, "assistance/choose.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Check the answers, then submit; a time taken meanwhile is chosen anew with all else kept."""
    case, errors = _draft(request, number), []
    if case.detail.starts_at is None:
        return redirect("visits:choose", case.applicant.ref, number)
    if request.method == "POST":
        try:
            cases.perform(case, "submit", request.actor, idempotency_key=form_key(request))
        except ValidationError as refusal:
            errors = refusal.messages
        else:
            return redirect("cases:done", case.applicant.ref, number)
    context = {"case": case, "visit": case.detail, "errors": errors, "page_error": bool(errors), "key": reference(16)}
    return render(request, "assistance/check.html", context, status=422 if errors else 200)


def saved(request: HttpRequest, form: NeedsForm, party: Party) -> bool:
    """Whether the form was right and the use case kept it; otherwise the form says why not."""
    if not form.is_valid():
        return False
    try:
        profiles.save(party, request.actor, **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


def _person(request: HttpRequest) -> Party:
    """The natural person acted for; a firm has no such pages."""
    if request.actor.party.kind != Party.Kind.PERSON:
        raise Http404
    return request.actor.party


def _profile(party: Party) -> NeedsProfile | None:
    return NeedsProfile.objects.select_related("assistant").filter(party=party).first()


def _visits(request: HttpRequest):
    mine = Case.objects.visible_to(request.actor).filter(procedure=visits.CODE)
    return mine.select_related("office").order_by("-id")[:10]


def _draft(request: HttpRequest, number: str) -> Case:
    """A visit of one's own that is not submitted; one that is has a page of its own."""
    mine = Case.objects.visible_to(request.actor).select_related("applicant__office")
    return get_object_or_404(mine, number=number, procedure=visits.CODE, state=DRAFT)
