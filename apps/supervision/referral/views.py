"""Referrals at the counter and in the partner portal: at a glance, new reports, opinions, joint actions (Art 35)."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.casework import listing
from apps.kernel.casework.models import Case
from apps.kernel.charts import Bar, bar_chart
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.supervision.referral import access, dashboard, joint, opinions, procedure
from apps.supervision.referral.forms import JointActionForm, OpinionForm, ReferralForm
from apps.supervision.referral.models import JointAction

PER_PAGE = 30


def _pass(request: HttpRequest, door: str, may: Callable[[Actor], bool]) -> None:
    if request.actor.front_door != door or not may(request.actor):
        raise Http404


@login_required
@never_cache
@require_safe
def index(request: HttpRequest, door: str) -> HttpResponse:
    """How many cases in which state, which clocks were kept, and the cases."""
    _pass(request, door, access.follows)
    standings = dashboard.by_state(request.actor)
    context = {
        **listing.page(request, dashboard.CODES),
        "standings": standings,
        "chart": bar_chart([Bar(row.label, row.number, row.tone if row.tone == "due" else "") for row in standings]),
        "clocks": dashboard.clocks(request.actor),
        "new": "referral_counter:new" if access.may_refer(request.actor) else "",
        "opinion": "referral_partner:opinion" if access.is_prosecutor(request.actor) else "",
        "joint": f"referral_{door}:joint" if access.may_log(request.actor) else "",
    }
    return render(request, "referral/index.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Two officers report a suspected crime to the head of their office."""
    _pass(request, "counter", access.may_refer)
    return _write(request, ReferralForm, procedure.report, "referral/new.html", onward="counter_cases:page")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest) -> HttpResponse:
    """A procuratorate writes an opinion to a tax office."""
    _pass(request, "partner", access.is_prosecutor)
    return _write(request, OpinionForm, opinions.give, "referral/opinion.html", onward="partner_cases:page")


@login_required
@never_cache
@require_safe
def joint_list(request: HttpRequest, door: str) -> HttpResponse:
    """The log of joint actions this office took part in."""
    _pass(request, door, access.may_log)
    found = JointAction.objects.visible_to(request.actor).select_related("office", "case").order_by("-id")
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(id__lt=int(after[:18]))
    rows = list(found.prefetch_related("participants")[: PER_PAGE + 1])
    cases = Case.objects.visible_to(request.actor).filter(pk__in=[row.case_id for row in rows if row.case_id])
    context = {
        "rows": rows[:PER_PAGE],
        "next": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "seen": set(cases.values_list("pk", flat=True)),
        "new": f"referral_{door}:joint_new",
        "case_page": f"{door}_cases:page",
    }
    return render(request, "referral/joint.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def joint_new(request: HttpRequest, door: str) -> HttpResponse:
    """Write a joint action down."""
    _pass(request, door, access.may_log)
    back = f"referral_{door}:joint"
    return _write(request, JointActionForm, joint.write, "referral/joint_new.html", onward=back, back=back)


def _write(
    request: HttpRequest,
    form_class: type[django_forms.Form],
    use_case: Callable[..., Any],
    template: str,
    *,
    onward: str,
    back: str = "",
) -> HttpResponse:
    posted = request.method == "POST"
    form = form_class(request.POST if posted else None, actor=request.actor)
    key = form_key(request) or reference(16)
    if posted and form.is_valid():
        try:
            made = use_case(request.actor, form.data, key=key)
        except (ValidationError, PermissionDenied) as refusal:
            form.add_error(None, getattr(refusal, "messages", None) or str(refusal))
        else:
            return redirect(onward, made.number) if isinstance(made, Case) else redirect(onward)
    context = {"form": form, "key": key, "back": back or f"referral_{request.actor.front_door}:list"}
    return render(request, template, context, status=422 if form.errors else 200)
