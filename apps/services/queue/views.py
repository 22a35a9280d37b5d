"""The queue for everybody: a site's waiting times, the ticket, the ticket machine, the calling screen."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.workcalendar import clock
from apps.services.queue import board, estimates, moves, service, turns
from apps.services.queue.forms import CheckInForm, DrawForm
from apps.services.queue.models import Kiosk, Ticket
from apps.services.sites import directory
from apps.services.sites.models import Site

MACHINE = Actor(name="kiosk", channel=Channel.KIOSK)
AGAIN = 5  # seconds


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """How many wait at each site, so that one can choose where to go."""
    return render(request, "queue/index.html", {"rows": board.waiting_by_site()})


@require_safe
def site(request: HttpRequest, code: str) -> HttpResponse:
    """How long one waits at a site, line by line."""
    found = get_object_or_404(Site, code=code, active=True)
    lines = found.lines.filter(active=True)
    context = {
        "site": found,
        "rows": [(line, estimates.for_newcomer(found, line)) for line in lines],
        "open": directory.is_open(found),
    }
    return render(request, "queue/site.html", context)


@require_safe
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """The calling screen: numbers and windows, names masked; it renews itself, without scripts where asked to."""
    found = get_object_or_404(Site, code=code, active=True)
    live = "live" in request.GET
    context = {
        "site": found,
        "calls": board.calls(found),
        "following": board.following(found),
        "missed": board.missed(found),
        "now": clock.now(),
        "live": live,
    }
    response = render(request, "queue/screen.html", context)
    if live:
        response["Refresh"] = str(AGAIN)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest, code: str) -> HttpResponse:
    """One's own ticket: number, people ahead, how long; come back after a missed turn, or give up."""
    found = get_object_or_404(Ticket.objects.select_related("site", "line", "window"), code=code)
    if request.method == "POST":
        action = request.POST.get("action", "")
        try:
            if action not in moves.open_to_holder(found):
                raise ValidationError(_("现在不能这样操作，页面已更新为最新状态。"))
            moves.move(found, action, moves.holder())
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        return redirect("queue:ticket", code)
    waiting = found.state == Ticket.State.WAITING and found.day == clock.today()
    context = {
        "ticket": found,
        "estimate": estimates.for_ticket(found) if waiting else None,
        "rules": turns.policy(),
        "moves": moves.open_to_holder(found) if found.day == clock.today() else {},
    }
    return render(request, "queue/ticket.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest, key: str) -> HttpResponse:
    """The ticket machine: show a booking's code, or draw a ticket. Nobody signs in here."""
    machine = get_object_or_404(Kiosk.objects.select_related("site"), key=key, active=True, site__active=True)
    checking_in = "token" in request.POST
    check_in = CheckInForm(request.POST if checking_in else None)
    draw = DrawForm(request.POST if request.method == "POST" and not checking_in else None, site=machine.site)
    form: Form = check_in if checking_in else draw
    if request.method == "POST" and form.is_valid():
        try:
            if checking_in:
                issued = service.check_in(machine.site, actor=MACHINE, **form.cleaned_data)
            else:
                issued = service.draw(machine.site, actor=MACHINE, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("queue:ticket", issued.code)
    context = {"site": machine.site, "check_in": check_in, "draw": draw, "form": form}
    return render(request, "queue/kiosk.html", context, status=422 if form.errors else 200)
