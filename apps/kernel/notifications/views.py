"""The inbox of a taxpayer or an office, and which channels a taxpayer wants."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.notifications import inbox, preferences

PER_PAGE = 20


def _through(request: HttpRequest, door: str) -> None:
    """Tax offices read at the counter, other organisations in the partner portal; each door is closed to the rest."""
    if request.actor.front_door != door:
        raise Http404


@require_safe
@never_cache
@login_required
def message_list(request: HttpRequest, door: str = "") -> HttpResponse:
    """Messages, newest first."""
    _through(request, door)
    after = request.GET.get("after", "")
    if after and not after.isdecimal():
        raise Http404
    rows = inbox.visible_to(request.actor).order_by("-id")
    page = list((rows.filter(pk__lt=int(after[:18])) if after else rows)[: PER_PAGE + 1])
    context = {
        "inbox": page[:PER_PAGE],
        "unread": inbox.unread_count(request.actor),
        "following": page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None,
    }
    return render(request, "notifications/inbox.html", context)


@require_safe
@never_cache
@login_required
def message(request: HttpRequest, ref: str, door: str = "") -> HttpResponse:
    """One message; opening it is the receipt that it was read."""
    _through(request, door)
    row = get_object_or_404(inbox.visible_to(request.actor).select_related("read_by"), ref=ref)
    if request.method == "GET":
        inbox.mark_read(row, actor=request.actor)
    return render(request, "notifications/message.html", {"letter": row})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def channels(request: HttpRequest) -> HttpResponse:
    """Choose the channels messages travel on, beside the inbox."""
    party = request.actor.party
    if request.method == "POST":
        preferences.choose(party, set(request.POST.getlist("channel")), actor=request.actor)
        messages.success(request, _("通知方式已保存。"))
        return redirect("messages:channels", party.ref)
    return render(request, "notifications/channels.html", {"choices": preferences.choices(party)})
