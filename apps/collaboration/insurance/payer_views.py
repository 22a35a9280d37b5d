"""The payer's pages: my contributions and bills; the employer's months, sheet, lines and declaration (Art 24)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration.insurance import (
    access,
    comparing,
    contributions,
    matters,
    paging,
    reading,
    reminding,
    submitting,
    uploading,
)
from apps.collaboration.insurance.forms import RefundForm, SheetForm
from apps.collaboration.insurance.models import InsuranceBill, InsuranceDeclaration, InsuranceRegistration
from apps.kernel.casework.models import Case
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.kernel.workcalendar import clock, filing

STATES = InsuranceDeclaration.State


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The bills of the party acted for; of a person also every contribution by year, and what is missing."""
    actor = request.actor
    asked = Exists(matters.open_refunds().filter(bill=OuterRef("pk")))
    found = InsuranceBill.objects.visible_to(actor).select_related("levy", "office", "charge", "party")
    found = found.annotate(refund_asked=asked)
    own = actor.mandate is None or not actor.mandate.levies
    codes = (matters.INSURANCE_REFUND.code, matters.INSURANCE_DISPUTE.code)
    context = {
        "years": contributions.years(actor.party) if own else [],
        "declares": access.declares(actor),
        "keeps_lists": access.keeps_lists(actor),
        "cases": Case.objects.visible_to(actor).filter(procedure__in=codes).order_by("-pk")[:20],
        **paging.page(request, found),
    }
    return render(request, "collaboration/insurance/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def refund(request: HttpRequest, bill: str) -> HttpResponse:
    """A bill is too high: ask the agency in charge to verify it and the tax office to give it back."""
    row = InsuranceBill.objects.visible_to(request.actor).select_related("levy", "office", "charge").filter(ref=bill)
    row = row.first()
    if row is None:
        raise Http404
    form = RefundForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key = form_key(request) or reference(16)
        try:
            case = matters.ask_back(row, actor=request.actor, key=key, **form.cleaned_data)
            return redirect("cases:page", request.actor.party.ref, case.number)
        except ValidationError as error:
            paging.add(form, error)
    context = {"bill": row, "form": form, "key": reference(16), "barred": matters.barred(row)}
    return render(request, "collaboration/insurance/refund.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def employer(request: HttpRequest) -> HttpResponse:
    """The start page of an employer's declaration: what is due, the months so far, upload a sheet."""
    actor = request.actor
    if not access.declares(actor):
        raise Http404
    registration = InsuranceRegistration.objects.filter(party=actor.party).first()
    period = reminding.due_month()
    posted = request.method == "POST"
    form = SheetForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        asks_rate=registration is None,
        initial={"period": str(period)},
    )
    if posted and form.is_valid():
        try:
            key = form_key(request)
            declaration = uploading.upload(actor=actor, idempotency_key=key, **form.cleaned_data)
            return redirect("insurance:declaration", actor.party.ref, declaration.ref)
        except ValidationError as error:
            paging.add(form, error)
    found = InsuranceDeclaration.objects.visible_to(actor).exclude(state=STATES.REPLACED).defer("content")
    due = filing.period_due(period)
    context = {
        "form": form,
        "key": reference(16),
        "registration": registration,
        "period": period,
        "due": due,
        "overdue": due.due < clock.today(),
        "declared": found.filter(period=str(period), in_force=True).exists(),
        "headings": list(reading.HEADINGS),
        **paging.page(request, found),
    }
    return render(request, "collaboration/insurance/employer.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def template(request: HttpRequest) -> HttpResponse:
    """An empty sheet with the right headings."""
    return paging.download(paging.csv_text([list(reading.HEADINGS)]), "employees.csv")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def declaration(request: HttpRequest, declaration: str) -> HttpResponse:
    """One sheet: how far it is read, its errors, or its totals and lines, and declare it."""
    row = _found(request, declaration)
    errors: list[str] = []
    if request.method == "POST":
        try:
            submitting.submit(row, actor=request.actor)
            return redirect("insurance:declaration", request.actor.party.ref, row.ref)
        except ValidationError as error:
            errors = error.messages
    judged = row.state in (STATES.READY, STATES.SUBMITTED)
    after = request.GET.get("after", "")
    lines = comparing.lines(row).filter(row__gt=int(after[:9]) if after.isdecimal() else 0) if judged else []
    some = list(lines[: paging.PER_PAGE + 1])
    context = {
        "declaration": row,
        "errors": errors,
        "page_error": bool(errors),
        "problems": [each for each, _place in zip(reading.problems(row), range(paging.SHOWN), strict=False)],
        "owed": submitting.owed(row) if judged else {},
        "summary": comparing.summary(row) if judged else None,
        "corrects": row.state == STATES.READY
        and InsuranceDeclaration.objects.filter(party=row.party_id, period=row.period, in_force=True).exists(),
        "lines": some[: paging.PER_PAGE],
        "next": some[paging.PER_PAGE - 1].row if len(some) > paging.PER_PAGE else None,
    }
    part = "_progress" if request.htmx and row.state == STATES.READING else "declaration"
    return render(request, f"collaboration/insurance/{part}.html", context, status=422 if errors else 200)


@require_safe
@never_cache
@login_required
def errors(request: HttpRequest, declaration: str) -> HttpResponse:
    """Every wrong row with what is wrong, as a file."""
    row = _found(request, declaration)
    rows = ([line, name, number, " ".join(found)] for line, name, number, found in reading.problems(row))
    return paging.download(paging.csv_text([["行", "姓名", "证件号码", "问题"], *rows]), f"errors-{row.period}.csv")


def _found(request: HttpRequest, ref: str) -> InsuranceDeclaration:
    if not access.declares(request.actor):
        raise Http404
    row = InsuranceDeclaration.objects.visible_to(request.actor).defer("content").filter(ref=ref).first()
    if row is None:
        raise Http404
    return row
