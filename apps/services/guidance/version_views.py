"""Counter pages where a policy's law is kept: versions, proposals tried out before another decides (Article 13)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.facts import conditions, scanning
from apps.kernel.parties.models import Party
from apps.kernel.rules import policy_review, review, versions
from apps.kernel.rules.models import Policy, PolicyVersion, Proposal
from apps.kernel.workcalendar import clock
from apps.services.entitlement import explaining, offices
from apps.services.entitlement.counter import at_counter
from apps.services.guidance.forms import DecisionForm, TrialForm, VersionForm


@require_safe
@at_counter
def index(request: HttpRequest) -> HttpResponse:
    """Every policy with what is in force, and the proposals that wait."""
    in_force = versions.in_force(clock.today())
    rows = [(policy, in_force.get(policy.code)) for policy in Policy.objects.all()]
    waiting = PolicyVersion.objects.filter(state=Proposal.State.PROPOSED).select_related("policy", "proposed_by")
    return render(request, "guidance/versions.html", {"rows": rows, "waiting": waiting})


@require_safe
@at_counter
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Every version of one policy."""
    policy = get_object_or_404(Policy, code=code)
    context = {
        "policy": policy,
        "rows": policy.versions.select_related("proposed_by", "decided_by").order_by("-id"),
        "current": versions.of(policy, clock.today()),
        "may_propose": request.user.has_perm(policy_review.PROPOSE),
    }
    return render(request, "guidance/version_history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_counter
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose a version, beginning from the one in force."""
    policy = get_object_or_404(Policy, code=code)
    review.allowed(request.actor, policy_review.PROPOSE, code)
    current = versions.of(policy, clock.today())
    initial = {name: getattr(current, name) for name in VersionForm.Meta.fields} if current else {}
    form = VersionForm(request.POST or None, initial=initial | {"reason": ""})
    if request.method == "POST" and form.is_valid():
        try:
            version = policy_review.propose(request.actor, policy, **form.cleaned_data)
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                form.add_error(name if name in form.fields else None, errors)
        else:
            messages.success(request, _("已提出。请另一位同事试算后复核。"))
            return redirect("policy_counter:version", version.pk)
    context = {"policy": policy, "form": form}
    return render(request, "guidance/propose.html", context, status=422 if form.errors else 200)


@require_safe
@at_counter
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version: its condition in words, tried on one payer, counted over the whole city, and the decision."""
    found = _version(number)
    trial = TrialForm(request.GET if "taxpayer" in request.GET else None)
    context = _page(request, found, DecisionForm()) | {"trial": trial}
    if trial.is_bound and trial.is_valid():
        context["tried"] = _try(request, found, trial)
    if "backtest" in request.GET:
        current = versions.of(found.policy, clock.today())
        context["counted"] = scanning.count(found.condition_tree)
        context["counted_now"] = scanning.count(current.condition_tree) if current and current != found else None
    return render(request, "guidance/version.html", context, status=422 if trial.errors else 200)


@require_POST
@at_counter
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Approve or refuse a proposal."""
    found = _version(number)
    review.allowed(request.actor, policy_review.APPROVE, found.policy.code)
    form = DecisionForm(request.POST)
    if form.is_valid():
        do = policy_review.approve if form.cleaned_data["decision"] == "approve" else policy_review.refuse
        try:
            do(found, request.actor, form.cleaned_data["opinion"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("已复核。"))
            return redirect("policy_counter:version", found.pk)
    return render(request, "guidance/version.html", _page(request, found, form) | {"trial": TrialForm()}, status=422)


def _version(number: int) -> PolicyVersion:
    return get_object_or_404(PolicyVersion.objects.select_related("policy", "proposed_by", "decided_by"), pk=number)


def _page(request: HttpRequest, found: PolicyVersion, form: DecisionForm) -> dict:
    waits = found.state == Proposal.State.PROPOSED
    return {
        "version": found,
        "outline": conditions.outline(found.condition_tree),
        "form": form,
        "may_decide": waits
        and request.user.has_perm(policy_review.APPROVE)
        and found.proposed_by_id != request.user.pk,
    }


def _try(request: HttpRequest, found: PolicyVersion, trial: TrialForm) -> explaining.Fit | None:
    """How the version fits one payer within the office's reach; the reading stays on record."""
    asked = trial.cleaned_data["taxpayer"].strip()
    reach = Party.objects.filter(offices.within_reach(request.actor))
    party = reach.filter(Q(ref=asked) | Q(organisation__uscc=asked)).first()
    if party is None:
        trial.add_error("taxpayer", _("没有这个编号的纳税人，或者不归本单位管理。"))
        return None
    log.read(actor=request.actor, party_id=party.pk, what="facts", purpose=Purpose.POLICY_TRIAL)
    return explaining.fit(found, party)
