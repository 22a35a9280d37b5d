"""The tax office's page of partner messages that were refused: why, how often, and replay (Arts 22-30)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.collaboration.messages import keeping
from apps.collaboration.messages.models import RefusedMessage

PER_PAGE = 50


def _tax(request: HttpRequest) -> None:
    if request.actor.front_door != "counter":
        raise Http404


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What waits, newest first; what was replayed is one click away."""
    _tax(request)
    state = RefusedMessage.State.TAKEN if request.GET.get("state") == "taken" else RefusedMessage.State.REFUSED
    found = RefusedMessage.objects.filter(state=state).select_related("client__office").defer("body")
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(id__lt=int(after[:18]))
    rows = list(found.order_by("-id")[: PER_PAGE + 1])
    context = {
        "rows": rows[:PER_PAGE],
        "next": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "state": state,
        "may_replay": keeping.replays(request.actor) and state == RefusedMessage.State.REFUSED,
    }
    return render(request, "collaboration/messages/index.html", context)


@require_POST
def replay(request: HttpRequest, ref: str) -> HttpResponse:
    """Give one message to its door again."""
    _tax(request)
    message = RefusedMessage.objects.filter(ref=ref).first()
    if message is None:
        raise Http404
    try:
        message = keeping.replay(message, actor=request.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if message.state == RefusedMessage.State.TAKEN:
            messages.success(request, _("报文 %s 已重放并接收。") % message.ref)
        else:
            messages.error(request, _("报文 %(ref)s 仍未接收：%(why)s") % {"ref": message.ref, "why": message.words})
    return redirect("messages_counter:index")
