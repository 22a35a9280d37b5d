"""Deep links from 一网通办 into a matter or a case, and the staff page of what was truly pushed (Art 15)."""

import json
import uuid

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.notifications import dispatch
from apps.kernel.notifications.models import Delivery, Dispatch
from apps.kernel.parties import acting
from apps.kernel.parties.actors import Actor
from apps.services.onenet.pushing import ONENET

PER_PAGE = 50
TONES = {
    Delivery.State.DELIVERED: "done",
    Delivery.State.DEAD: "due",
    Delivery.State.QUEUED: "wait",
    Delivery.State.SENDING: "wait",
    Delivery.State.FAILED: "wait",
    Delivery.State.EXPIRED: "draft",
}


def _sign_on(request: HttpRequest) -> HttpResponse:
    """To single sign-on and back here; to the portal's own sign-in where 一网通办 is not configured."""
    route = "ywtb_login" if settings.OIDC_ISSUER_URL else "account_login"
    return redirect(f"{reverse(route)}?{urlencode({'next': request.get_full_path()})}")


@require_safe
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """Into a matter, signed on, as the party named by ``for`` or as oneself."""
    try:
        procedures.get(code)
    except KeyError as error:
        raise Http404 from error
    if not request.user.is_authenticated:
        return _sign_on(request)
    own = request.user.own_party
    ref = request.GET.get("for") or (own.ref if own else "")
    if not ref:
        return redirect("matter", code)
    if acting.identity(request.user, ref) is None:
        raise Http404
    return redirect("matter", party_ref=ref, code=code)


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Into a case, under whichever identity of the user may see it; a foreign case looks like an absent one."""
    if not request.user.is_authenticated:
        return _sign_on(request)
    ref = Case.objects.filter(number=number).values_list("applicant__ref", flat=True).first()
    found = acting.identity(request.user, ref) if ref else None
    if found is not None:
        actor = Actor(user=request.user, party=found.party, mandate=found.mandate)
        if Case.objects.visible_to(actor).filter(number=number).exists():
            return redirect("cases:page", ref, number)
    raise Http404


def _visible(actor: Actor) -> QuerySet[Dispatch]:
    """What was pushed about cases the actor's office may see, and about parties in its charge."""
    cases = Case.objects.visible_to(actor).annotate(about_case=Concat(Value("case/"), "number"))
    office = actor.office
    parties = office.parties.model.objects.filter(Q(office=office) | Q(office__parent=office)).annotate(
        about_todos=Concat(Value("todos/"), "ref")
    )
    stream = OuterRef("stream")
    return Dispatch.objects.filter(
        Exists(cases.filter(about_case=stream)) | Exists(parties.filter(about_todos=stream)), destination=ONENET
    )


def _tax_staff(request: HttpRequest) -> Actor:
    if request.actor.front_door != "counter":
        raise Http404
    return request.actor


@require_safe
def pushed(request: HttpRequest) -> HttpResponse:
    """What was pushed, newest first; ``state`` narrows it, for the dead letters above all."""
    rows = _visible(_tax_staff(request))
    counts = dict(rows.values_list("state").annotate(many=Count("pk")))
    state = request.GET.get("state", "")
    if state in Delivery.State.values:
        rows = rows.filter(state=state)
    last = rows.filter(pk=_uuid(request.GET.get("after", ""))).first()
    if last is not None:
        rows = rows.filter(Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk))
    found = list(rows.order_by("-created_at", "-pk")[: PER_PAGE + 1])
    context = {
        "rows": [{"row": row, "content": json.loads(row.body), "tone": TONES[row.state]} for row in found[:PER_PAGE]],
        "counts": [(code, label, counts.get(code, 0)) for code, label in Delivery.State.choices if counts.get(code)],
        "state": state,
        "next": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "problems": dispatch.destination(ONENET).check_config(),
    }
    return render(request, "onenet/pushed.html", context)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@require_POST
def again(request: HttpRequest, ref: str) -> HttpResponse:
    """Send a dead letter again."""
    row = _visible(_tax_staff(request)).filter(pk=_uuid(ref)).first()
    if row is None:
        raise Http404
    try:
        dispatch.replay(row, actor=request.actor)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    else:
        messages.success(request, _("已重新排队，稍后发送。"))
    return redirect("onenet_counter:pushed")
