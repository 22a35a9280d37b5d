"""The department's pages: deliver a file, see what became of each source, feedback, reconciliation (Art 25)."""

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration.fees import (
    access,
    changing,
    disputes,
    feedback,
    files,
    history,
    intake,
    packing,
    reconciliation,
)
from apps.collaboration.fees.forms import ChangeForm, FileForm, WithdrawForm
from apps.collaboration.fees.models import Feedback, FeeDelivery, FeeDuty, FeeSource
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.kernel.workcalendar import clock

PER_PAGE = 50
DOUBTED = 200  # rows shown on a page of one delivery


def of_department(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets officers of departments with the duty in; for anyone else the page is not there."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not access.delivers(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def page(request: HttpRequest, found) -> dict:
    """One page of rows, newest first, and where the next begins."""
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(id__lt=int(after[:18]))
    some = list(found.order_by("-id")[: PER_PAGE + 1])
    return {"rows": some[:PER_PAGE], "next": some[PER_PAGE - 1].pk if len(some) > PER_PAGE else None}


def add(form, error: ValidationError) -> None:
    """A use case's refusal, on the fields of the form it names."""
    for name, messages in getattr(error, "message_dict", {"": error.messages}).items():
        form.add_error(name if name in form.fields else None, messages)


@require_http_methods(["GET", "HEAD", "POST"])
@of_department
def deliver(request: HttpRequest) -> HttpResponse:
    """Hand in a file with its control totals."""
    posted = request.method == "POST"
    form = FileForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        try:
            delivery = intake.deliver(
                files.read(form.cleaned_data["file"]),
                control_count=form.cleaned_data["control_count"],
                control_total=form.cleaned_data["control_total"],
                actor=request.actor,
                idempotency_key=form_key(request),
            )
            return redirect("fees_partner:delivery", delivery.ref)
        except ValidationError as error:
            add(form, error)
    context = {
        "form": form,
        "key": reference(16),
        "columns": packing.COLUMNS.values(),
        "duties": FeeDuty.objects.filter(office=request.actor.office).select_related("levy"),
        **page(request, FeeDelivery.objects.visible_to(request.actor).defer("content", "problems")),
    }
    return render(request, "collaboration/fees/deliver.html", context, status=422 if form.errors else 200)


@require_safe
@of_department
def template(request: HttpRequest) -> HttpResponse:
    """An empty file with the right headings."""
    text = "\ufeff" + ",".join(packing.COLUMNS.values()) + "\r\n"
    return _download(text, "fee-sources.csv")


@require_safe
@of_department
def delivery(request: HttpRequest, ref: str) -> HttpResponse:
    """What became of a delivery, row by row, a page at a time; while it is worked on, how far it is."""
    row = FeeDelivery.objects.visible_to(request.actor).defer("content").filter(ref=ref).first()
    if row is None:
        raise Http404
    first, after = _place(request, "problems"), _place(request, "after")
    columns = packing.COLUMNS | {name: field.label for name, field in FileForm.base_fields.items()}
    shown = list(row.sources.filter(id__gt=after).select_related("levy", "charge").order_by("id")[: DOUBTED + 1])
    context = {
        "delivery": row,
        "total": row.count,
        "done": intake.progress(row, row.count),
        "problems": [
            {**each, "column": columns.get(each["field"], each["field"])}
            for each in row.problems[first : first + DOUBTED]
        ],
        "wrong": len(row.problems),
        "next_problem": first + DOUBTED if len(row.problems) > first + DOUBTED else None,
        "sources": shown[:DOUBTED],
        "next": shown[DOUBTED - 1].pk if len(shown) > DOUBTED else None,
    }
    part = "collaboration/fees/_delivery.html" if request.htmx else "collaboration/fees/delivery.html"
    return render(request, part, context)


@require_safe
@of_department
def sources(request: HttpRequest) -> HttpResponse:
    """Everything this department delivered, by state or number."""
    found = FeeSource.objects.visible_to(request.actor).select_related("levy", "charge")
    state, words = request.GET.get("state", ""), request.GET.get("number", "").strip()[:40]
    if state in FeeSource.State.values:
        found = found.filter(state=state)
    if words:
        found = found.filter(number=words)
    context = {"state": state, "number": words, "states": FeeSource.State.choices, **page(request, found)}
    return render(request, "collaboration/fees/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_department
def source(request: HttpRequest, ref: str) -> HttpResponse:
    """One source with its history; change it, or take it back."""
    row = disputes.found_here(ref, request.actor)
    doing = request.POST.get("do")
    change = ChangeForm(request.POST if doing == "change" else None)
    withdraw = WithdrawForm(request.POST if doing == "withdraw" else None)
    form = {"change": change, "withdraw": withdraw}.get(doing)
    if form is not None and form.is_valid():
        try:
            if form is change:
                changing.change(row, actor=request.actor, **form.cleaned_data)
            else:
                changing.withdraw(row, actor=request.actor, **form.cleaned_data)
            return redirect("fees_partner:source", ref)
        except ValidationError as error:
            add(form, error)
    context = {
        "source": row,
        "history": history.of(row),
        "change": change,
        "withdraw": withdraw,
        "form": form,
        "open": row.state in (FeeSource.State.UNMATCHED, FeeSource.State.BILLED),
        "cases": disputes.of_source(row, request.actor),
    }
    return render(
        request, "collaboration/fees/source.html", context, status=422 if form is not None and form.errors else 200
    )


@require_safe
@of_department
def told(request: HttpRequest) -> HttpResponse:
    """What was collected on this department's sources, and a file for each day."""
    found = Feedback.objects.visible_to(request.actor).select_related("source__levy")
    return render(
        request, "collaboration/fees/feedback.html", {"today": clock.today().isoformat(), **page(request, found)}
    )


@require_safe
@of_department
def day_file(request: HttpRequest, day: str) -> HttpResponse:
    """A day's feedback as a file; fetched again it is the same."""
    return _download("\ufeff" + feedback.file_of(request.actor.office, _day(day)), f"fee-feedback-{day}.csv")


@require_safe
@of_department
def reconcile(request: HttpRequest) -> HttpResponse:
    """This department's days with their control totals."""
    office = request.actor.office
    days = [(office.name, day) for day in reconciliation.days(office)]
    return render(request, "collaboration/fees/reconciliation.html", {"days": days})


@require_safe
@of_department
def differing(request: HttpRequest, day: str) -> HttpResponse:
    """The sources of a day whose figures do not agree."""
    on = _day(day)
    context = {"day": on, "rows": reconciliation.differences(request.actor.office, on)[:DOUBTED]}
    return render(request, "collaboration/fees/differences.html", context)


def _place(request: HttpRequest, name: str) -> int:
    """Where a page of rows begins; from the beginning unless asked otherwise."""
    asked = request.GET.get(name, "")
    return int(asked[:18]) if asked.isascii() and asked.isdecimal() else 0


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def _download(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
