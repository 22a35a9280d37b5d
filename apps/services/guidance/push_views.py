"""Counter pages of the push: start a run, follow it, give it up (Article 12). They work without JavaScript."""

import datetime as dt

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from apps.kernel.notifications.models import Message
from apps.kernel.workcalendar import clock
from apps.services.entitlement.counter import at_counter
from apps.services.entitlement.models import MatchRun
from apps.services.guidance import pushing
from apps.services.guidance.models import Reminder
from apps.services.guidance.tasks import work

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@at_counter
def runs(request: HttpRequest) -> HttpResponse:
    """The latest runs; posting starts one."""
    if request.method == "POST":
        run = pushing.start(request.actor)
        transaction.on_commit(_wake, robust=True)
        messages.success(request, _("推送已发起，进度见本页。"))
        return redirect("policy_counter:run", run.ref)
    context = {"runs": MatchRun.objects.all()[:SHOWN], "may_start": pushing.may_start(request.actor)}
    return render(request, "guidance/runs.html", context)


@require_safe
@never_cache
@at_counter
def run(request: HttpRequest, ref: str) -> HttpResponse:
    """How far one run is, how fast, how long still, and what became of its messages."""
    found = get_object_or_404(MatchRun.objects.select_related("started_by"), ref=ref)
    context = {
        "run": found,
        "progress": Progress(found),
        "live": "live" in request.GET and found.state == MatchRun.State.RUNNING,
        "may_start": pushing.may_start(request.actor),
        "reminders": Reminder.objects.filter(run=found).aggregate(
            sent=Count("pk"), opened=Count("pk", filter=Q(opened_at__isnull=False))
        ),
        "read": Message.objects.filter(about=f"policy-push/{found.ref}").aggregate(
            sent=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False))
        ),
    }
    response = render(request, "guidance/run.html", context)
    if context["live"]:
        response["Refresh"] = "3"  # only when the reader asks for it, and the page tells how to end it
    return response


@require_POST
@at_counter
def stop(request: HttpRequest, ref: str) -> HttpResponse:
    """Give a run up."""
    found = get_object_or_404(MatchRun, ref=ref)
    pushing.stop(found, request.actor)
    return redirect("policy_counter:run", found.ref)


class Progress:
    """How far a run is, for the eye: share, rate and time left."""

    def __init__(self, run: MatchRun) -> None:
        end = run.finished_at or max(run.worked_at, run.started_at)
        seconds = max((end - run.started_at).total_seconds(), 0.001)
        running = run.state == MatchRun.State.RUNNING
        self.share = min(100, 100 * run.done // run.total) if run.total else 100
        self.rate = round(run.done / seconds)
        self.took = dt.timedelta(seconds=round(seconds))
        self.left = dt.timedelta(seconds=round((run.total - run.done) / self.rate)) if running and self.rate else None
        self.quiet = running and clock.now() - run.worked_at > dt.timedelta(minutes=2)


def _wake() -> None:
    """Ask a worker to begin at once; without a broker the sweep begins within the minute."""
    try:
        work.apply_async(retry=False, ignore_result=True)
    except OperationalError:
        return
