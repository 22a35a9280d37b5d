"""Pages of policy guidance for everyone, and for a payer what fits them and why (Article 12)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.facts import conditions
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.kernel.rules.models import PolicyVersion
from apps.kernel.workcalendar import clock
from apps.services.entitlement import claims, explaining, matching
from apps.services.guidance import choices, content, library
from apps.services.guidance.models import PolicyDesk, Reminder


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The library by topic, with search, scenes and questions."""
    text, topic = request.GET.get("q", "").strip()[:60], request.GET.get("topic", "")
    if topic and topic not in content.topics():
        raise Http404
    context = {
        "shelves": library.shelves(text, topic),
        "text": text,
        "chosen": topic,
        "topics": content.topics().values(),
        "scenes": content.scenes().values(),
        "questions": content.questions(),
    }
    return render(request, "guidance/library.html", context)


@require_safe
def scene(request: HttpRequest, slug: str) -> HttpResponse:
    """What helps in one situation."""
    found = content.scenes().get(slug)
    if found is None:
        raise Http404
    return render(request, "guidance/scene.html", {"scene": found, "versions": library.helping(found)})


@require_safe
def policy(request: HttpRequest, code: str) -> HttpResponse:
    """One policy: who, what, on which conditions, by which clause, how; and whether it fits the one who asks."""
    version = library.shown(code)
    in_force = library.is_in_force(version)
    context = {
        "version": version,
        "in_force": in_force,
        "outline": conditions.outline(version.condition_tree),
        "topic": content.topic_of().get(code),
        "desks": PolicyDesk.objects.filter(policy=version.policy).select_related("office"),
        "claimable": claims.claimable(version.policy) is not None,
    }
    if request.actor.party is not None and in_force:
        context |= _mine(request, version)
    return render(request, "guidance/policy.html", context)


def _mine(request: HttpRequest, version: PolicyVersion) -> dict:
    """Whether the policy fits the payer acted for; that they looked is the receipt of a reminder."""
    party = request.actor.party
    log.read(actor=request.actor, party_id=party.pk, what="facts", purpose=Purpose.OWN)
    if request.method == "GET":
        choices.opened(version.policy, request.actor)
    return {
        "fit": explaining.fit(version, party),
        "enjoyed": claims.enjoyed_this_year(party).get(version.policy_id),
    }


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What fits me, what cannot be told, what I was reminded of, and which topics I want to hear of."""
    party = request.actor.party
    log.read(actor=request.actor, party_id=party.pk, what="facts", purpose=Purpose.OWN)
    fits = explaining.fits(list(matching.matchable(clock.today()).values()), party)
    silenced = choices.silenced(party)
    reminders = {row.policy_id: row for row in Reminder.objects.filter(party=party).order_by("at")}
    taken = claims.taken(party)
    rows = [
        {
            "fit": fit,
            "reminder": reminders.get(fit.version.policy_id),
            "enjoyed": fit.version.policy_id in taken,
        }
        for fit in fits
    ]
    context = {
        "fitting": [row for row in rows if row["fit"].met],
        "open": [row for row in rows if row["fit"].met is None],
        "topics": [(topic, topic.code not in silenced) for topic in content.topics().values()],
    }
    return render(request, "guidance/mine.html", context)


@login_required
@require_POST
def topics(request: HttpRequest) -> HttpResponse:
    """Choose the topics to be reminded of."""
    try:
        choices.listen_to(request.POST.getlist("topics"), request.actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已保存。以后只按您选择的专题提醒。"))
    return redirect("my_policies:list", party_ref=request.actor.party.ref)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Enjoy a policy with one confirmation."""
    version = library.shown(code)
    if claims.claimable(version.policy) is None:
        raise Http404
    party, mistakes = request.actor.party, []
    if request.method == "POST":
        try:
            case = claims.confirm(request.actor, version.policy, idempotency_key=form_key(request) or reference(16))
        except (ValidationError, PermissionDenied) as error:
            mistakes = getattr(error, "messages", None) or [str(error)]
        else:
            return redirect("cases:page", party.ref, case.number)
    log.read(actor=request.actor, party_id=party.pk, what="facts", purpose=Purpose.OWN)
    context = {
        "version": version,
        "fit": explaining.fit(version, party),
        "enjoyed": claims.enjoyed_this_year(party).get(version.policy_id),
        "mistakes": mistakes,
        "year": clock.today().year,
        "key": reference(16),
    }
    return render(request, "guidance/confirm.html", context, status=422 if mistakes else 200)
