"""The counter's pages: the day's appointments, booking for somebody, appeals (Arts 10, 11)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.kernel.workcalendar import clock
from apps.services.appointments import booking, choosing, standing
from apps.services.appointments.forms import (
    CounterDetailsForm,
    CounterSearchForm,
    DecisionForm,
    OnDayForm,
    SlotForm,
)
from apps.services.appointments.models import Appeal, Booking, Slot
from apps.services.sites import directory

SHOWN = (Booking.State.CONFIRMED, Booking.State.ATTENDED, Booking.State.MISSED)


def _at_work(request: HttpRequest) -> None:
    """The counter is there for who books and decides at one; for everybody else it is not."""
    if not booking.may_book_for(request.actor):
        raise Http404


@require_safe
@never_cache
@login_required
def today(request: HttpRequest) -> HttpResponse:
    """The appointments of a day at the office's sites, by time."""
    _at_work(request)
    form = OnDayForm(request.GET)
    day = (form.cleaned_data["day"] if form.is_valid() else None) or clock.today()
    rows = list(
        Booking.objects.visible_to(request.actor)
        .filter(day=day, state__in=SHOWN)
        .select_related("slot__site", "slot__line", "visitor", "party")
        .order_by("slot__starts_at", "slot__site", "id")
    )
    for party_id in {row.visitor_id for row in rows}:
        log.read(actor=request.actor, party_id=party_id, what="appointments", purpose=Purpose.COUNTER)
    context = {
        "form": form,
        "day": day,
        "bookings": rows,
        "appeals": _appeals(request).filter(state=Appeal.State.WAITING).count(),
    }
    return render(request, "appointments/counter/today.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def book(request: HttpRequest) -> HttpResponse:
    """Book for somebody who calls or stands at the window, from the places the counter keeps."""
    _at_work(request)
    search = CounterSearchForm(request.GET if "line" in request.GET else None, initial={"day": clock.today()})
    found = {}
    if search.is_valid():
        sites = directory.find().filter(office=request.actor.office)
        found = choosing.internal(sites, search.cleaned_data["line"], search.cleaned_data["day"])
    among = Slot.objects.filter(site__office=request.actor.office).select_related("site", "line")
    chosen, details = SlotForm(among=among), CounterDetailsForm()
    if request.method == "POST":
        chosen, details = SlotForm(request.POST, among=among), CounterDetailsForm(request.POST)
        if chosen.is_valid() and details.is_valid():
            slot, key = chosen.cleaned_data["slot"], form_key(request)
            try:
                row = booking.book_for(request.actor, slot, **details.cleaned_data, idempotency_key=key)
            except ValidationError as error:
                by_field = error.error_dict if hasattr(error, "error_dict") else {}
                details.add_error("identity_code" if "identity_code" in by_field else None, error.messages)
            else:
                messages.success(request, _("已预约，预约号 %(number)s。") % {"number": row.ref})
                return redirect(f"{request.path.removesuffix('book/')}?day={row.day}")
    context = {"search": search, "found": found, "chosen": chosen, "form": details, "key": reference(16)}
    wrong = chosen.errors or details.errors or search.errors
    return render(request, "appointments/counter/book.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Cancel for somebody who calls."""
    _at_work(request)
    rows = Booking.objects.visible_to(request.actor).select_related("slot__site", "slot__line", "visitor", "party")
    row = get_object_or_404(rows, ref=ref)
    if request.method == "POST":
        try:
            booking.cancel(row, request.actor)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("预约已取消。"))
        return redirect("counter_appointments:today")
    return render(request, "appointments/counter/cancel.html", {"booking": row})


@require_safe
@never_cache
@login_required
def appeals(request: HttpRequest) -> HttpResponse:
    """Appeals about missed appointments, those waiting first."""
    _at_work(request)
    rows = _appeals(request).select_related("booking__slot__site", "booking__visitor")
    context = {
        "waiting": rows.filter(state=Appeal.State.WAITING)[:50],
        "decided": rows.exclude(state=Appeal.State.WAITING).order_by("-decided_at")[:20],
    }
    return render(request, "appointments/counter/appeals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def appeal(request: HttpRequest, ref: str) -> HttpResponse:
    """One appeal, and the decision."""
    _at_work(request)
    rows = _appeals(request).select_related("booking__slot__site", "booking__visitor", "decided_by")
    row = get_object_or_404(rows, booking__ref=ref)
    log.read(
        actor=request.actor, party_id=row.booking.visitor_id, what=f"appointments/{ref}/appeal", purpose=Purpose.COUNTER
    )
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            standing.decide(row, request.actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("opinion" if hasattr(error, "error_dict") else None, error.messages)
        else:
            messages.success(request, _("处理结果已记录并告知申诉人。"))
            return redirect("counter_appointments:appeals")
    context = {"appeal": row, "booking": row.booking, "form": form}
    return render(request, "appointments/counter/appeal.html", context, status=422 if form.errors else 200)


def _appeals(request: HttpRequest):
    return Appeal.objects.filter(booking__in=Booking.objects.visible_to(request.actor))
