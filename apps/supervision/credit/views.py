"""The payer's pages (Art 34): the credit file, how and by when to mend, repair, re-evaluation, certificate."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.supervision.credit import certificate, deductions, files, mending, reevaluation, repair
from apps.supervision.credit.forms import DisputeForm, RepairForm
from apps.supervision.credit.indicators import LATE_PAYMENT
from apps.supervision.credit.models import CreditReevaluation, CreditRepair, CreditYear, Deduction

PER_PAGE = 50


def add(form, error: ValidationError) -> None:
    """A use case's refusal, on the fields of the form it names."""
    for name, words in getattr(error, "message_dict", {"": error.messages}).items():
        form.add_error(name if name in form.fields else None, words)


def asked_year(request: HttpRequest, known: list[int]) -> int:
    """The year in the address, one of those known; the present one without."""
    text = request.GET.get("year", "")
    if not text:
        return clock.today().year
    if not (text.isdecimal() and len(text) < 5 and int(text) in known):
        raise Http404
    return int(text)


def _inside(actor: Actor) -> Party:
    """The party acted for, within the mandate's scope."""
    if actor.mandate is not None and not actor.mandate.covers(matter=repair.CODE):
        raise Http404
    return actor.party


@require_safe
@never_cache
@login_required
def file(request: HttpRequest) -> HttpResponse:
    """The file of the party acted for; a person's is a record of what was kept."""
    party = _inside(request.actor)
    if party.kind == Party.Kind.PERSON:
        return render(request, "credit/archive.html", {"rows": files.archive(party)})
    year = asked_year(request, files.askable(party, request.actor))
    if year < party.registered_on.year:
        known = files.years(party, request.actor)
        return render(request, "credit/never.html", {"party": party, "year": year, "years": known})
    context = files.of_year(party, year, request.actor)
    mine = Case.objects.visible_to(request.actor).filter(procedure__in=[repair.CODE, reevaluation.CODE])
    return render(request, "credit/file.html", {**context, "cases": mine.order_by("-pk")[:10]})


def _own(request: HttpRequest, ref: str) -> Deduction:
    _inside(request.actor)
    row = Deduction.objects.visible_to(request.actor).filter(told_at__isnull=False, ref=ref).first()
    if row is None:
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def deduction(request: HttpRequest, ref: str) -> HttpResponse:
    """One deduction: evidence, clause, how and by when to mend it; repair, or say that it is wrong."""
    row = _own(request, ref)
    doing, key = request.POST.get("do", ""), request.POST.get("key", "")[:70] or reference(16)
    asked = RepairForm(request.POST if doing == "repair" else None, prefix="repair")
    asked.fields["explanation"].required = row.mended_on is None
    dispute = DisputeForm(request.POST if doing == "dispute" else None, prefix="dispute")
    form = {"repair": asked, "dispute": dispute}.get(doing)
    if form is not None and form.is_valid():
        try:
            if form is asked:
                case = repair.apply(row, request.actor, key=key, **form.cleaned_data)
                if case.closed_at:
                    messages.success(request, _("已修复，分数立即恢复。"))
            else:
                case = reevaluation.ask(request.actor, deduction=row, key=key, **form.cleaned_data)
            return redirect("cases:page", request.actor.party.ref, case.number)
        except ValidationError as error:
            add(form, error)
    about = Case.objects.visible_to(request.actor).filter(
        pk__in=[
            *CreditRepair.objects.filter(deduction=row).values_list("pk", flat=True),
            *CreditReevaluation.objects.filter(deduction=row).values_list("pk", flat=True),
        ]
    )
    context = {
        "row": row,
        "steps": deductions.steps(row),
        "owed": mending.still_owed(row.party, row.period) if row.code == LATE_PAYMENT and not row.mended_on else (),
        "waits_until": repair.earliest(row, row.mended_on) if row.direct and row.mended_on else None,
        "mending": asked,
        "dispute": dispute,
        "form": form,
        "key": reference(16),
        "cases": about,
        "today": clock.today(),
    }
    bad = form is not None and form.errors
    return render(request, "credit/deduction.html", context, status=422 if bad else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def dispute_year(request: HttpRequest, year: int) -> HttpResponse:
    """Say that a year's result is wrong."""
    party = _inside(request.actor)
    result = CreditYear.objects.visible_to(request.actor).filter(year=year, published_at__isnull=False).first()
    if party.kind != Party.Kind.ORGANISATION or result is None:
        raise Http404
    form = DisputeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key = request.POST.get("key", "")[:70] or reference(16)
        try:
            case = reevaluation.ask(request.actor, year=year, key=key, **form.cleaned_data)
            return redirect("cases:page", party.ref, case.number)
        except ValidationError as error:
            add(form, error)
    context = {"form": form, "result": result, "key": reference(16)}
    return render(request, "credit/dispute.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def issue(request: HttpRequest) -> HttpResponse:
    """Give the certificate of the last published result."""
    _inside(request.actor)
    try:
        document = certificate.issue(request.actor)
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
        return redirect("credit:file", request.actor.party.ref)
    return redirect("documents:letter", document.ref)


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """The A-level payers of a year, by name: open to everybody."""
    published = list(
        CreditYear.objects.filter(published_at__isnull=False)
        .order_by("-year")
        .values_list("year", flat=True)
        .distinct()
    )
    year = asked_year(request, published) if "year" in request.GET else next(iter(published), None)
    words, after = request.GET.get("name", "").strip()[:60], request.GET.get("after", "")
    found = a_list(year, words, int(after) if after.isdecimal() and len(after) < 19 else 0)
    context = {
        "year": year,
        "years": published,
        "name": words,
        "rows": found[:PER_PAGE],
        "next": found[PER_PAGE - 1].party_id if len(found) > PER_PAGE else None,
    }
    return render(request, "credit/public.html", context)


def a_list(year: int | None, words: str = "", after: int = 0, size: int = PER_PAGE) -> list[CreditYear]:
    """One page of A-level payers and one more, by the party's key."""
    found = CreditYear.objects.filter(year=year, level="A", published_at__isnull=False, party__gt=after)
    if words:
        found = found.filter(party__name__contains=words)
    return list(found.select_related("party__organisation").order_by("party_id")[: size + 1])
