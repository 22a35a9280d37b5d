"""Joint inspections at both doors, and the regulator's messages (Art 33)."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.forms import add_refusal
from apps.kernel.parties.actors import Actor
from apps.supervision.joint import access, inspecting, market
from apps.supervision.joint.forms import FollowUpForm, NumberForm, PlanForm, ResultForm, SignalForm
from apps.supervision.joint.models import InspectionResult, JointInspection, MarketSignal
from apps.supervision.risk.access import for_analysts, within_reach

SHOWN = 50
PER_PAGE = 50


@require_safe
@for_analysts
def listed(request: HttpRequest) -> HttpResponse:
    """The inspections the office leads or oversees."""
    return _listed(request)


@require_safe
@login_required
def partner_listed(request: HttpRequest) -> HttpResponse:
    """The inspections a department takes part in."""
    if not access.takes_part(request.actor):
        raise Http404
    return _listed(request)


def _listed(request: HttpRequest) -> HttpResponse:
    rows = JointInspection.objects.visible_to(request.actor).select_related("lead").order_by("-id")[:SHOWN]
    return render(request, "joint/list.html", {"rows": rows, "may_plan": access.plans(request.actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def plan(request: HttpRequest) -> HttpResponse:
    """Plan an inspection."""
    form = PlanForm(request.POST if request.method == "POST" else None, initial={"per_target": 1, "least_score": 0})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            made = inspecting.plan(request.actor, list(values.pop("units")), **values)
        except (ValidationError, PermissionDenied) as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("inspections:page", made.ref)
    return render(request, "joint/plan.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def inspection(request: HttpRequest, ref: str) -> HttpResponse:
    """One inspection for the office that leads it."""
    return _page(request, ref, "inspections:page")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def partner_inspection(request: HttpRequest, ref: str) -> HttpResponse:
    """One inspection for a department that takes part."""
    if not access.takes_part(request.actor):
        raise Http404
    return _page(request, ref, "inspections_partner:page")


def _page(request: HttpRequest, ref: str, route: str) -> HttpResponse:
    actor = request.actor
    found = JointInspection.objects.visible_to(actor).select_related("lead").filter(ref=ref).first()
    if found is None:
        raise Http404
    number_form = NumberForm()
    form = None
    if request.method == "POST":
        form = _asked(request.POST)
        if form.is_valid():
            try:
                _do(found, actor, request.POST, form.cleaned_data)
            except (ValidationError, PermissionDenied) as refusal:
                add_refusal(form, refusal)
            else:
                return redirect(route, ref)
        number_form = form if isinstance(form, NumberForm) else number_form
    context = {
        "form": form,
        "inspection": found,
        "leads": access.plans(actor) and actor.office.pk == found.lead_id,
        "leads_door": actor.front_door == "counter",
        "number_form": number_form,
        **_shown(found, actor, request.POST, form),
    }
    return render(request, "joint/inspection.html", context, status=422 if form is not None and form.errors else 200)


def _asked(posted) -> forms.Form:
    """The form of an action; most ask for nothing."""
    match posted.get("do"):
        case "number":
            return NumberForm(posted)
        case "record":
            return _result_form(_whole(posted.get("rank", "")), posted)
        case "follow_up":
            return _follow_up_form(_whole(posted.get("result", "")), posted)
    return forms.Form(posted)


def _result_form(rank: int, posted=None) -> ResultForm:
    """A page has one for each taxpayer, so each has ids of its own."""
    return ResultForm(posted, auto_id=f"target-{rank}-%s")


def _follow_up_form(result: int, posted=None) -> FollowUpForm:
    return FollowUpForm(posted, auto_id=f"follow-{result}-%s")


def _shown(found: JointInspection, actor: Actor, posted, form: forms.Form | None) -> dict:
    """``form`` is what was posted and refused, if anything was: it stands in the place it came from."""
    units = list(found.units.select_related("office").order_by("office__code"))
    rows = found.targets.select_related("candidate").prefetch_related(
        "inspectors__user", "inspectors__office", "results__office"
    )
    part = actor.office.pk in {found.lead_id, *(unit.office_id for unit in units)}
    targets = []
    for row in rows:
        results = list(row.results.all())
        done = actor.office.pk in {result.office_id for result in results}
        asks = part and not done and found.state == JointInspection.State.DRAWN
        here = isinstance(form, ResultForm) and posted.get("rank") == str(row.rank)
        for result in results:
            if result.office_id == actor.office.pk and result.open:
                refused = isinstance(form, FollowUpForm) and posted.get("result") == str(result.pk)
                result.follow_up_form = form if refused else _follow_up_form(result.pk)
        targets.append(
            {"row": row, "results": results, "form": (form if here else _result_form(row.rank)) if asks else None}
        )
    return {
        "units": units,
        "total": found.candidates.count(),
        "targets": targets,
        "draws": found.state == JointInspection.State.COMMITTED and all(unit.number for unit in units),
        "left": inspecting.left(found) if found.state == JointInspection.State.DRAWN else (0, 0),
        "needs_number": found.state == JointInspection.State.COMMITTED
        and any(unit.office_id == actor.office.pk and not unit.number for unit in units),
    }


def _do(found: JointInspection, actor: Actor, posted, data: dict) -> None:
    match posted.get("do"):
        case "commit":
            inspecting.commit(found, actor)
        case "draw":
            inspecting.draw(found, actor)
        case "close":
            inspecting.close(found, actor)
        case "number":
            inspecting.give_number(found, actor, data["number"])
        case "record":
            target = found.targets.filter(rank=_whole(posted.get("rank", ""))).select_related("inspection").first()
            if target is None:
                raise Http404
            inspecting.record(target, actor, finding=data["finding"], note=data["note"])
        case "follow_up":
            result = InspectionResult.objects.filter(
                pk=_whole(posted.get("result", "")), target__inspection=found
            ).first()
            if result is None:
                raise Http404
            inspecting.follow_up(result, actor, data["follow_up"])
        case _:
            raise Http404


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@require_safe
@for_analysts
def market_messages(request: HttpRequest) -> HttpResponse:
    """The regulator's messages about payers within reach, with the reviews they led to."""
    found = MarketSignal.objects.filter(within_reach(request.actor, "party"))
    return _market(request, found, None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def partner_market(request: HttpRequest) -> HttpResponse:
    """Tell of a business; see what the tax side tells back."""
    if not access.tells(request.actor):
        raise Http404
    form = SignalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            market.receive(request.actor, **form.cleaned_data)
        except (ValidationError, PermissionDenied) as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("inspections_partner:market")
    return _market(request, MarketSignal.objects.filter(office=request.actor.office), form)


def _market(request: HttpRequest, found, form) -> HttpResponse:
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    some = list(found.select_related("case").order_by("-pk")[: PER_PAGE + 1])
    rows = some[:PER_PAGE]
    listed = market.listed([row.code for row in rows])
    context = {
        "form": form,
        "rows": [(row, market.answer(row, listed=row.code in listed)) for row in rows],
        "next": some[PER_PAGE - 1].pk if len(some) > PER_PAGE else None,
        "may_tell": access.tells(request.actor),
    }
    return render(request, "joint/market.html", context, status=422 if form is not None and form.errors else 200)
