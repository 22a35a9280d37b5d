"""A visitor's pages: business, site, day and time, check, confirmed; and what becomes of it later (Art 10)."""

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.services.appointments import arrivals, booking, calendar_file, choosing, standing, waiting
from apps.services.appointments.forms import DetailsForm, ReasonForm, SlotForm, WaitForm
from apps.services.appointments.models import Booking, Slot, WaitingEntry
from apps.services.appointments.refusals import codes
from apps.services.appointments.visitors import visitor_of
from apps.services.sites import directory
from apps.services.sites.models import BusinessLine, Site

RECENT = 20


@require_safe
@login_required
def enter(request: HttpRequest, name: str, **kwargs: str) -> HttpResponse:
    """Booking without an identity in the address: sign in, then go on as oneself."""
    own = request.user.own_party
    if own is None:
        raise Http404
    return redirect(name, party_ref=own.ref, **kwargs)


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """My appointments: coming, waited for, past."""
    actor = request.actor
    rows = Booking.objects.visible_to(actor).select_related("slot__site", "slot__line")
    current = rows.current().order_by("day", "slot__starts_at")
    entries = WaitingEntry.objects.visible_to(actor).waiting().select_related("site", "line")
    context = {
        "current": current,
        "waiting": [(entry, waiting.ahead_of(entry)) for entry in entries[:RECENT]],
        "past": rows.exclude(pk__in=current.values("pk")).order_by("-day", "-id")[:RECENT],
        "suspension": standing.suspension(visitor_of(actor)),
    }
    return render(request, "appointments/list.html", context)


@require_safe
@login_required
def line(request: HttpRequest) -> HttpResponse:
    """Which business?"""
    return render(request, "appointments/line.html", {"lines": choosing.lines()})


@require_safe
@login_required
def site(request: HttpRequest, line: str) -> HttpResponse:
    """Where?"""
    chosen = get_object_or_404(BusinessLine, code=line, active=True)
    context = {"line": chosen, "districts": choosing.sites(chosen, request.actor.party.district)}
    return render(request, "appointments/site.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def times(request: HttpRequest, line: str, site: str) -> HttpResponse:
    """When? Choosing keeps the place for some minutes."""
    chosen_line, chosen_site = _chosen(line, site)
    form = SlotForm(request.POST or None, among=_slots(chosen_site, chosen_line))
    if request.method == "POST" and form.is_valid():
        try:
            held = booking.hold(request.actor, form.cleaned_data["slot"], idempotency_key=form_key(request))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("appointments:check", request.actor.party.ref, held.ref)
    context = _times(request, chosen_site, chosen_line) | {"form": form}
    return render(request, "appointments/times.html", context, status=422 if form.errors else 200)


def _chosen(line: str, site: str) -> tuple[BusinessLine, Site]:
    found = get_object_or_404(BusinessLine, code=line, active=True)
    return found, get_object_or_404(directory.find(line=line), code=site)


def _slots(site: Site, line: BusinessLine):
    return Slot.objects.filter(site=site, line=line).select_related("site", "line")


def _times(request: HttpRequest, site: Site, line: BusinessLine) -> dict:
    """The coming days, one of them open: the one asked for, else the first with a free place."""
    days = choosing.days(site, line)
    asked = request.GET.get("day", "")
    opened = next((day for day in days if day.date.isoformat() == asked), None)
    opened = opened or next((day for day in days if day.free), days[0] if days else None)
    return {"line": line, "site": site, "days": days, "opened": opened, "key": reference(16)}


@require_POST
@login_required
def wait(request: HttpRequest, line: str, site: str) -> HttpResponse:
    """Go on the waiting list of a day that is booked up."""
    chosen_line, chosen_site = _chosen(line, site)
    form = WaitForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        waiting.join(request.actor, site=chosen_site, line=chosen_line, **form.cleaned_data)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        back = redirect("book_at", request.actor.party.ref, line, site)
        if "day" in form.cleaned_data:
            back["Location"] += f"?day={form.cleaned_data['day']}"
        return back
    messages.success(request, _("已登记候补。有号时我们会通知您，请在通知写明的时限内确认。"))
    return redirect("my_appointments", request.actor.party.ref)


@require_POST
@login_required
def stop_waiting(request: HttpRequest, ref: str) -> HttpResponse:
    """Leave the waiting list."""
    entry = get_object_or_404(WaitingEntry.objects.visible_to(request.actor), ref=ref)
    waiting.withdraw(entry, request.actor)
    messages.success(request, _("已退出候补。"))
    return redirect("my_appointments", request.actor.party.ref)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def check(request: HttpRequest, ref: str) -> HttpResponse:
    """Check what was chosen, say who comes, confirm."""
    row = _own(request, ref)
    if row.state not in Booking.LIVE and not row.has_lapsed:
        return redirect("appointments:page", request.actor.party.ref, row.ref)
    form = DetailsForm(request.POST or None, initial=choosing.details_of(row.visitor))
    lapsed = row.has_lapsed
    if request.method == "POST" and form.is_valid():
        try:
            booking.confirm(row, request.actor, **form.cleaned_data)
        except ValidationError as error:
            lapsed = "lapsed" in codes(error)
            form.add_error("identity_code" if "identity" in codes(error) else None, error.messages)
        else:
            return redirect("appointments:page", request.actor.party.ref, row.ref)
    elif row.state == Booking.State.CONFIRMED:
        return redirect("appointments:page", request.actor.party.ref, row.ref)
    context = {"booking": row, "form": form, "lapsed": lapsed}
    return render(request, "appointments/check.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
@login_required
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """One appointment: where, when, what to bring, the code for checking in."""
    row = _own(request, ref)
    if row.is_held or row.has_lapsed:
        return redirect("appointments:check", request.actor.party.ref, row.ref)
    log.read(actor=request.actor, party_id=row.visitor_id, what=f"appointments/{row.ref}", purpose=Purpose.OWN)
    shown = row.state == Booking.State.CONFIRMED
    context = {
        "booking": row,
        "code": _picture(arrivals.checkin_token(row)) if shown else "",
        "appeal": getattr(row, "appeal", None),
    }
    return render(request, "appointments/page.html", context)


def _picture(token: str) -> str:
    """A QR code on a ground of its own: scanners need the contrast."""
    return segno.make(token, error="m").svg_data_uri(scale=6, border=3, light="#fff")


@require_safe
@login_required
def calendar(request: HttpRequest, ref: str) -> HttpResponse:
    """The appointment for one's own calendar."""
    row = _own(request, ref)
    if row.state != Booking.State.CONFIRMED:
        raise Http404
    response = HttpResponse(calendar_file.write(row), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="appointment-{row.ref}.ics"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask once more, then cancel."""
    row = _own(request, ref)
    if row.state not in Booking.LIVE:
        return redirect("appointments:page", request.actor.party.ref, row.ref)
    if request.method == "POST":
        try:
            booking.cancel(row, request.actor)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("预约已取消。"))
        return redirect("my_appointments", request.actor.party.ref)
    return render(request, "appointments/cancel.html", {"booking": row})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def move(request: HttpRequest, ref: str) -> HttpResponse:
    """Another time; the old one is kept until the new one is had."""
    row = _own(request, ref)
    if row.state not in Booking.LIVE:
        return redirect("appointments:page", request.actor.party.ref, row.ref)
    slot = row.slot
    form = SlotForm(request.POST or None, among=_slots(slot.site, slot.line))
    if request.method == "POST" and form.is_valid():
        try:
            booking.move(row, request.actor, form.cleaned_data["slot"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("已改期。"))
            return redirect("appointments:page", request.actor.party.ref, row.ref)
    context = _times(request, slot.site, slot.line) | {"form": form, "booking": row}
    return render(request, "appointments/move.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def appeal(request: HttpRequest, ref: str) -> HttpResponse:
    """Say why a missed appointment was no fault of one's own."""
    row = _own(request, ref)
    if row.state != Booking.State.MISSED or hasattr(row, "appeal"):
        return redirect("appointments:page", request.actor.party.ref, row.ref)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            standing.appeal(row, request.actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("申诉已提交，处理结果会通知您。"))
            return redirect("appointments:page", request.actor.party.ref, row.ref)
    context = {"booking": row, "form": form}
    return render(request, "appointments/appeal.html", context, status=422 if form.errors else 200)


def _own(request: HttpRequest, ref: str) -> Booking:
    rows = Booking.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("slot__site", "slot__line", "visitor__person", "party"), ref=ref)
