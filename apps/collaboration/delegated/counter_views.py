"""The tax office looks after its collectors: dashboard, unknown payers, reconciliation (Art 23)."""

from collections import Counter

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration.delegated import access, booking, procedure, reconciling
from apps.collaboration.delegated.forms import AssignForm, RegisterForm
from apps.collaboration.delegated.models import CollectedItem, Transfer
from apps.collaboration.delegated.views import SHOWN, add, agreements, at_a_door, base, chosen, found
from apps.kernel.charts import Bar, bar_chart
from apps.kernel.workcalendar import clock

TONES = {procedure.IN_FORCE: "done", procedure.DRAFTED: "due", procedure.SIGNED: "due"}


@require_safe
@at_a_door
def dashboard(request: HttpRequest) -> HttpResponse:
    """Every collector of the office with its agreement; what waits for a person; what is late."""
    actor = request.actor
    mine = list(agreements(actor).order_by("-case_id")[:SHOWN])
    states = Counter(row.case.state for row in mine)
    bars = [
        Bar(str(state.label), states[state.code], TONES.get(state.code, ""))
        for state in procedure.AGREEMENT.states
        if states[state.code]
    ]
    days = reconciling.days(mine)
    context = {
        "rows": mine,
        "base": base(actor),
        "chart": bar_chart(bars),
        "unmatched": CollectedItem.objects.visible_to(actor).filter(state=CollectedItem.State.UNMATCHED).count(),
        "stated": Transfer.objects.visible_to(actor)
        .filter(state=Transfer.State.STATED)
        .select_related("remittance__agreement__case__applicant")[:SHOWN],
        "late": [day for day in days if day.late],
        "differing": sum(1 for day in days if day.differences),
    }
    return render(request, "collaboration/delegated/dashboard.html", context)


@require_safe
@at_a_door
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Collected, booked, receipted, handed in, by day and collector; what differs has a name."""
    days = reconciling.days(agreements(request.actor))
    by_name: Counter[str] = Counter()
    for day in days:
        by_name[day.collector] += int(day.outstanding)
    bars = [Bar(name.removeprefix("上海"), yuan, "due" if yuan else "done") for name, yuan in by_name.most_common(12)]
    context = {
        "days": days[:SHOWN],
        "chart": bar_chart(bars),
        "base": base(request.actor),
        "today": clock.today(),
    }
    return render(request, "collaboration/delegated/reconciliation.html", context)


@require_safe
@at_a_door
def unmatched(request: HttpRequest) -> HttpResponse:
    """Collections nobody on the register answers to, oldest first."""
    waiting = CollectedItem.objects.visible_to(request.actor).filter(state=CollectedItem.State.UNMATCHED)
    context = {
        "rows": waiting.select_related("levy", "agreement__case__applicant").order_by("id")[:SHOWN],
        "base": base(request.actor),
    }
    return render(request, "collaboration/delegated/unmatched.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_door
def item(request: HttpRequest, ref: str) -> HttpResponse:
    """One collection: who paid it, by code, or by name and number for a payer who never registered."""
    seen = CollectedItem.objects.visible_to(request.actor).select_related(
        "levy", "batch", "receipt", "party", "agreement__case__applicant", "collector"
    )
    row = found(seen, ref=ref)
    doing = request.POST.get("do", "")
    assign, register = chosen(request, "assign", AssignForm), chosen(request, "register", RegisterForm)
    form: forms.Form | None = {"assign": assign, "register": register}.get(doing)
    if form is not None and form.is_valid():
        try:
            if doing == "assign":
                booking.assign(row, form.cleaned_data["code"], actor=request.actor)
            else:
                booking.register(row, form.cleaned_data["id_number"], actor=request.actor)
            return redirect(request.path)
        except ValidationError as error:
            add(form, error)
    context = {
        "item": row,
        "assign": assign,
        "register": register,
        "form": form,
        "open": row.state == CollectedItem.State.UNMATCHED and access.looks_after(request.actor, row.agreement),
        "base": base(request.actor),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "collaboration/delegated/item.html", context, status=status)
