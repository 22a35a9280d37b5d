"""Assistance at the counter: who with needs comes when, their profile, who accompanies them."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties import mandates
from apps.kernel.parties.models import Mandate, Party
from apps.kernel.workcalendar import clock
from apps.services.access import at_counter
from apps.services.assistance import expected, needs, profiles
from apps.services.assistance.forms import AssistantForm, NeedsForm, PersonForm
from apps.services.assistance.models import NeedsProfile
from apps.services.assistance.views import saved


@login_required
@at_counter
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Who with needs comes on a day, before they come."""
    chosen = _day(request.GET.get("day", ""))
    people = expected.on(chosen, request.actor)
    for person in people:
        log.read(actor=request.actor, party_id=person.party.pk, what="needs", purpose=Purpose.COUNTER)
    context = {
        "day": chosen,
        "before": chosen - dt.timedelta(days=1),
        "after": chosen + dt.timedelta(days=1),
        "people": people,
        "unassigned": expected.without_assistant(request.actor),
        "form": PersonForm(),
    }
    return render(request, "assistance/counter_day.html", context)


@login_required
@at_counter
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find the person at the counter or on the phone; number and name must both fit."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = _found(request, form)
        if found is not None:
            return redirect("counter_assistance:person", found.ref)
        form.add_error(
            "number", _("没有找到号码和姓名都相符、由本单位服务的人。请核对后重填，或者请对方到主管税务所办理。")
        )
    return render(request, "assistance/counter_find.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@at_counter
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, ref: str) -> HttpResponse:
    """One person's needs; what they say at the counter is recorded with their consent."""
    party = _party(request, ref)
    profile = NeedsProfile.objects.select_related("assistant").filter(party=party).first()
    form = NeedsForm(request.POST or None, instance=profile)
    if request.method == "POST" and saved(request, form, party):
        messages.success(request, _("已登记。"))
        return redirect("counter_assistance:person", ref)
    log.read(actor=request.actor, party_id=party.pk, what="needs", purpose=Purpose.COUNTER)
    live = Mandate.objects.live().filter(principal=party).select_related("agent")
    context = {
        "party": party,
        "profile": profile,
        "needs": needs.of(party),
        "form": form,
        "assistant_form": AssistantForm(officers=profiles.officers(request.actor)),
        "helpers": live.filter(kind__in=(Mandate.Kind.GUARDIAN, Mandate.Kind.RELATIVE)),
    }
    return render(request, "assistance/counter_person.html", context, status=422 if form.errors else 200)


@login_required
@at_counter
@require_POST
def assistant(request: HttpRequest, ref: str) -> HttpResponse:
    """Name who accompanies the person."""
    party = _party(request, ref)
    form = AssistantForm(request.POST, officers=profiles.officers(request.actor))
    if not form.is_valid():
        messages.error(request, _("请从名单中选择一位全程协助人。"))
    else:
        try:
            profiles.name_assistant(party, form.cleaned_data["assistant"], actor=request.actor)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, _("已指定全程协助人并通知对方。"))
    return redirect("counter_assistance:person", ref)


def _day(text: str) -> dt.date:
    try:
        return parse_date(text) or clock.today()
    except ValueError:
        return clock.today()


def _found(request: HttpRequest, form: PersonForm) -> Party | None:
    given = form.cleaned_data
    try:
        found = mandates.find_agent(number=given["number"], name=given["name"])
    except ValidationError:
        return None
    return profiles.people_of(request.actor).filter(pk=found.pk).first()


def _party(request: HttpRequest, ref: str) -> Party:
    return get_object_or_404(profiles.people_of(request.actor), ref=ref)
