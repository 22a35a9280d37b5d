"""Counter pages of the push: start a run, follow it, give it up (Article 12). They work without JavaScript."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel import workers
from apps.kernel.facts import passes
from apps.kernel.notifications.models import Message
from apps.services.entitlement.counter import at_counter
from apps.services.entitlement.models import MatchRun
from apps.services.guidance import pushing
from apps.services.guidance.models import Reminder

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@at_counter
def runs(request: HttpRequest) -> HttpResponse:
    """The latest runs; posting starts one."""
    if request.method == "POST":
        run = pushing.start(request.actor)
        workers.hand_over("guidance.work")
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
    return passes.page(
        request,
        "guidance/run.html",
        found,
        found.done,
        running=found.state == MatchRun.State.RUNNING,
        may_start=pushing.may_start(request.actor),
        reminders=Reminder.objects.filter(run=found).aggregate(
            sent=Count("pk"), opened=Count("pk", filter=Q(opened_at__isnull=False))
        ),
        read=Message.objects.filter(about=f"policy-push/{found.ref}").aggregate(
            sent=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False))
        ),
    )


@require_POST
@at_counter
def stop(request: HttpRequest, ref: str) -> HttpResponse:
    """Give a run up."""
    found = get_object_or_404(MatchRun, ref=ref)
    pushing.stop(found, request.actor)
    return redirect("policy_counter:run", found.ref)
