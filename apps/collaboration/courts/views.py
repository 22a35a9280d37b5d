"""Pages of Article 30: the court's list and its two requests; the tax office's list and the claim on proceeds."""

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration.courts import access, opening, ranking
from apps.collaboration.courts.forms import BankruptcyForm, ClaimForm, SaleForm
from apps.collaboration.courts.models import ArrearsClaim, BankruptcyClaim, CourtSale
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework.models import Case
from apps.kernel.charts import Bar, BarChart, bar_chart
from apps.kernel.ledger import late_fees
from apps.kernel.parties.ids import reference
from apps.kernel.workcalendar import clock

PER_PAGE = 30
CODES = ("court-sale", "arrears-claim", "bankruptcy-claim")


def _listed(request: HttpRequest) -> dict:
    seen = Case.objects.visible_to(request.actor).filter(procedure__in=CODES).with_due()
    found = seen.order_by("-id")
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(id__lt=int(after[:18]))
    cases = list(found.select_related("office")[: PER_PAGE + 1])
    details = {
        row.pk: row
        for model in (CourtSale, ArrearsClaim, BankruptcyClaim)
        for row in model.objects.filter(case__in=[case.pk for case in cases]).select_related("party", "court")
    }
    return {
        "rows": [{"case": case, "detail": details[case.pk]} for case in cases[:PER_PAGE]],
        "next": cases[PER_PAGE - 1].pk if len(cases) > PER_PAGE else None,
        "chart": _chart(seen),
        "now": clock.now(),
    }


def _chart(seen) -> BarChart:
    counted = dict(
        seen.filter(closed_at__isnull=True)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
        .values_list("state", "n")
    )
    return bar_chart(
        [
            Bar(_("待测算"), counted.get("asked", 0), "due"),
            Bar(_("待划扣税费"), counted.get("sold", 0)),
            Bar(_("已申报受偿"), counted.get("claimed", 0)),
            Bar(_("待申报债权"), counted.get("told", 0) + counted.get("prepared", 0), "due"),
            Bar(_("已申报、有异议"), counted.get("filed", 0) + counted.get("objected", 0)),
            Bar(_("待分配"), counted.get("confirmed", 0)),
            Bar(_("待核销"), counted.get("dead", 0) + counted.get("proposed", 0), "due"),
        ]
    )


@require_safe
@never_cache
def court(request: HttpRequest) -> HttpResponse:
    """The court's matters with the tax authority."""
    if not access.is_court(request.actor):
        raise Http404
    return render(request, "collaboration/courts/court.html", {**_listed(request), "page": "partner_cases:page"})


@require_safe
@never_cache
def office(request: HttpRequest) -> HttpResponse:
    """The tax office's judicial matters."""
    if request.actor.front_door != "counter":
        raise Http404
    words = request.GET.get("q", "").strip()[:60]
    claims = access.claims(request.actor)
    mine = access.parties(request.actor)
    found = (
        list(mine.filter(organisation__uscc=words.upper()) or mine.filter(name__contains=words)[:20]) if words else []
    )
    context = {
        **_listed(request),
        "page": "counter_cases:page",
        "claims": claims,
        "asked": words,
        "parties": found if claims else [],
    }
    return render(request, "collaboration/courts/office.html", context)


def add(form, error: ValidationError) -> None:
    """A use case's refusal, on the fields of the form it names."""
    for name, texts in getattr(error, "message_dict", {"": error.messages}).items():
        form.add_error(name if name in form.fields else None, texts)


def _ask(request: HttpRequest, code: str, form_class, heading: str) -> HttpResponse:
    if not access.is_court(request.actor):
        raise Http404
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            key = request.POST.get("key", "")[:80]
            case = opening.by_court(code, actor=request.actor, idempotency_key=key, **form.cleaned_data)
            return redirect("partner_cases:page", case.number)
        except ValidationError as error:
            add(form, error)
    context = {"form": form, "key": reference(16), "heading": heading, "back": "courts_partner:list"}
    return render(request, "collaboration/courts/ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_sale(request: HttpRequest) -> HttpResponse:
    """A court asks for the taxes of a sale."""
    return _ask(request, "court-sale", SaleForm, _("提出司法处置税费测算"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tell_bankruptcy(request: HttpRequest) -> HttpResponse:
    """A court tells of a liquidation or bankruptcy it has accepted."""
    return _ask(request, "bankruptcy-claim", BankruptcyForm, _("通知受理强制清算、破产"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def claim(request: HttpRequest, ref: str) -> HttpResponse:
    """A clerk claims a party's arrears from what an execution brings in."""
    if not access.claims(request.actor):
        raise Http404
    party = access.parties(request.actor).filter(ref=ref).first()
    if party is None:
        raise Http404
    today = clock.today()
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            key = request.POST.get("key", "")[:80]
            case = opening.claim(party, actor=request.actor, idempotency_key=key, **form.cleaned_data)
            return redirect("counter_cases:page", case.number)
        except ValidationError as error:
            add(form, error)
    log.read(actor=request.actor, party_id=party.pk, what=f"party/{party.ref}", purpose=Purpose.ARREARS)
    context = {
        "form": form,
        "party": party,
        "arrears": [
            {"charge": each, "late_fee": late_fees.outstanding(each, today)} for each in ranking.overdue(party, today)
        ],
        "key": reference(16),
        "heading": _("申报从执行款中受偿"),
        "back": "courts_counter:list",
    }
    return render(request, "collaboration/courts/ask.html", context, status=422 if form.errors else 200)
