"""The queue behind the counter: my window, tickets drawn for people, the day of each site."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework import procedures
from apps.services.access import at_counter
from apps.services.assistance import needs
from apps.services.queue import board, moves, service, starting
from apps.services.queue.forms import DrawForm, MatterForm, NumberForm, SendForm
from apps.services.queue.models import Kiosk, Shift, Ticket
from apps.services.sites.models import Site, Window, WindowKind


@login_required
@at_counter
@require_safe
def window(request: HttpRequest) -> HttpResponse:
    """My window: whom I serve, who comes next, the numbers of the day."""
    return _desk(request)


def _desk(request: HttpRequest, **typed: Form) -> HttpResponse:
    """The page of my window, with what was typed on it and could not be taken."""
    status = 422 if typed else 200
    shift = service.shift_of(request.actor)
    if shift is None:
        return render(request, "queue/choose_window.html", {"windows": _windows(request)}, status=status)
    ticket = service.current(shift)
    today = Ticket.objects.today().filter(site=shift.window.site)
    if ticket is not None and ticket.party is not None:
        log.read(actor=request.actor, party_id=ticket.party_id, what="needs", purpose=Purpose.COUNTER)
    context = {
        "shift": shift,
        "ticket": ticket,
        "moves": moves.open_at_window(ticket) if ticket is not None else {},
        "too_soon": moves.too_soon(ticket) if ticket is not None else None,
        "needs": needs.of(ticket.party) if ticket is not None and ticket.party is not None else None,
        "matter_form": _matters(ticket),
        "send_form": SendForm(window=shift.window),
        "draw_form": DrawForm(site=shift.window.site),
        "number_form": NumberForm(),
        "waiting": today.for_window(shift.window).waiting().select_related("line")[:20],
        "missed": today.filter(state=Ticket.State.MISSED).select_related("line"),
        "served": today.filter(window=shift.window, state=Ticket.State.DONE).count(),
    }
    return render(request, "queue/window.html", context | typed, status=status)


@login_required
@at_counter
@require_POST
def act(request: HttpRequest, action: str) -> HttpResponse:
    """Open or close the window, call the next person, or do one row of the table on the one at it."""
    try:
        _act(request, action)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("counter_queue:window")


@login_required
@at_counter
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a matter for the person at my window and go to its first page."""
    code = request.POST.get("matter", "")
    try:
        case = starting.begin(procedures.get(code), request.actor)
    except KeyError:
        messages.error(request, _("请选择要办的事项。"))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        return redirect("cases:fill", case.applicant.ref, case.number, case.definition.pages[0].slug)
    return redirect("counter_queue:window")


@login_required
@at_counter
@require_POST
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """A ticket for somebody who stands at the counter, with a booking's number or without."""
    site = get_object_or_404(Site, code=code, office=request.actor.office, active=True)
    booked = "number" in request.POST
    form = NumberForm(request.POST) if booked else DrawForm(request.POST, site=site)
    if form.is_valid():
        give = service.check_in_by_number if booked else service.draw
        try:
            ticket = give(site, actor=request.actor, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error("number" if booked else None, refusal.messages)
        else:
            return redirect("queue:ticket", ticket.code)
    return _desk(request, **{"number_form" if booked else "draw_form": form})


@login_required
@at_counter
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """The day of each site of the office."""
    days = board.of(request.actor)
    machines = Kiosk.objects.filter(site__office=request.actor.office, active=True).select_related("site")
    return render(request, "queue/day.html", {"days": days, "chart": board.chart(days), "machines": machines})


def _act(request: HttpRequest, action: str) -> None:
    actor = request.actor
    if action == "open":
        service.open_window(get_object_or_404(_windows(request), pk=_number(request.POST.get("window"))), actor)
    elif action == "close":
        service.close_window(actor)
    elif action == "next":
        if service.next_ticket(actor) is None:
            messages.info(request, _("现在没有人等候。"))
    elif action == "return":
        found = Ticket.objects.visible_to(actor).filter(pk=_number(request.POST.get("ticket")))
        moves.move(get_object_or_404(found), action, actor)
    else:
        _move(request, action)


def _move(request: HttpRequest, action: str) -> None:
    """A row of the table on the ticket at my window."""
    shift = service.shift_of(request.actor)
    ticket = service.current(shift) if shift is not None else None
    if ticket is None:
        raise ValidationError(_("窗口现在没有人，请先叫号。"))
    if action not in moves.open_at_window(ticket):
        raise ValidationError(_("现在不能这样操作，页面已更新为最新状态。"))
    if action != "send":
        moves.move(ticket, action, request.actor)
        return
    form = SendForm(request.POST, window=shift.window)
    if not form.is_valid():
        raise ValidationError(_("请选择转到哪个窗口，并写明原因。"))
    moves.move(ticket, action, request.actor, **form.cleaned_data)


def _matters(ticket: Ticket | None) -> MatterForm | None:
    """What can be begun for the person being served, starting from what they came for."""
    if ticket is None or ticket.party is None or ticket.state != Ticket.State.SERVING:
        return None
    return MatterForm(party=ticket.party, initial={"matter": ticket.line.matter})


def _windows(request: HttpRequest):
    """The windows the actor may open, with who sits there."""
    mine = Window.objects.filter(site__office=request.actor.office, site__active=True, active=True)
    taken = Shift.objects.filter(closed_at__isnull=True).values("window")
    return mine.exclude(kind=WindowKind.MACHINE).exclude(pk__in=taken).select_related("site")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0
