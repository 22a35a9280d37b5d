"""The tax office's pages of Article 29: measures in force, a party's arrears, asking, reading account data."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.collaboration.banks import access, asking, owed, pay_orders, reading
from apps.collaboration.banks.asking import CODES
from apps.collaboration.banks.forms import (
    DeductForm,
    EnquiryForm,
    FreezeForm,
    PayOrderForm,
    PurposeForm,
    RequestForm,
    ReviewForm,
)
from apps.collaboration.banks.grounds import Measure, Regime
from apps.collaboration.banks.models import FROZEN, AccountEnquiry, AccountOrder, AccountRead, PayOrder
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework.models import Case
from apps.kernel.charts import Bar, BarChart, bar_chart
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party
from apps.kernel.request_keys import form_key
from apps.kernel.workcalendar import clock

PER_PAGE = 30
FORMS: dict[str, type[RequestForm]] = {
    Measure.ENQUIRY: EnquiryForm,
    Measure.FREEZE: FreezeForm,
    Measure.DEDUCT: DeductForm,
}


def _staff(request: HttpRequest) -> None:
    if request.actor.front_door != "counter":
        raise Http404


def _party(request: HttpRequest, ref: str) -> Party:
    if not access.asks(request.actor):
        raise Http404
    party = access.parties(request.actor).filter(ref=ref).first()
    if party is None:
        raise Http404
    return party


def add(form, error: ValidationError) -> None:
    """A use case's refusal, on the fields of the form it names."""
    for name, texts in getattr(error, "message_dict", {"": error.messages}).items():
        form.add_error(name if name in form.fields else None, texts)


@require_safe
@never_cache
def dashboard(request: HttpRequest) -> HttpResponse:
    """Measures of this office and those below it: a chart by state, and the open ones."""
    _staff(request)
    seen = Case.objects.visible_to(request.actor).filter(procedure__in=CODES.values())
    found = seen.filter(closed_at__isnull=True).with_due().select_related("office").order_by("-id")
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(id__lt=int(after[:18]))
    cases = list(found[: PER_PAGE + 1])
    context = {
        "rows": with_details(cases[:PER_PAGE]),
        "next": cases[PER_PAGE - 1].pk if len(cases) > PER_PAGE else None,
        "chart": _chart(seen),
        "asks": access.asks(request.actor),
        "audits": access.audits(request.actor),
        "asked": request.GET.get("q", "").strip()[:60],
        "parties": _search(request),
        "now": clock.now(),
    }
    return render(request, "collaboration/banks/dashboard.html", context)


def _search(request: HttpRequest) -> list[Party]:
    words = request.GET.get("q", "").strip()[:60]
    if not words or not access.asks(request.actor):
        return []
    mine = access.parties(request.actor)
    by_code = mine.filter(organisation__uscc=words.upper())
    return list(by_code or mine.filter(name__contains=words).order_by("pk")[:20])


def with_details(cases: list[Case]) -> list[dict]:
    numbers = [case.pk for case in cases]
    details = {
        row.pk: row
        for model in (AccountEnquiry, AccountOrder)
        for row in model.objects.filter(case__in=numbers).select_related("party", "bank")
    }
    return [{"case": case, "detail": details[case.pk]} for case in cases]


def _chart(seen) -> BarChart:
    counted = {
        (row["procedure"], row["state"]): row["n"]
        for row in seen.filter(closed_at__isnull=True).values("procedure", "state").annotate(n=Count("pk"))
    }

    def of(*states: str) -> int:
        return sum(n for (_procedure, state), n in counted.items() if state in states)

    return bar_chart(
        [
            Bar(_("待批准"), of("approving")),
            Bar(_("待金融机构办理"), of("at_bank")),
            Bar(_("已答复，待核实"), of("answered")),
            Bar(_("冻结中"), of(*FROZEN), "due"),
            Bar(_("待解除"), of("releasing"), "due"),
            Bar(_("待处理余额"), of("short", "security")),
        ]
    )


@require_safe
@never_cache
def party(request: HttpRequest, ref: str) -> HttpResponse:
    """A party's arrears, the orders to pay, and what was done so far."""
    found = _party(request, ref)
    today = clock.today()
    log.read(actor=request.actor, party_id=found.pk, what=f"party/{found.ref}", purpose=Purpose.ARREARS)
    enquiries = AccountEnquiry.objects.filter(party=found).select_related("case", "bank")
    orders = AccountOrder.objects.filter(party=found).select_related("case", "bank")
    context = {
        "party": found,
        "arrears": [{"label": label, "rows": owed.rows(found, code, today)} for code, label in Regime.choices],
        "today": today,
        "orders": PayOrder.objects.filter(party=found).select_related("letter").order_by("-id")[:20],
        "measures": sorted([*enquiries, *orders], key=lambda each: -each.pk),
        "kinds": Measure.choices,
    }
    return render(request, "collaboration/banks/party.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pay_order(request: HttpRequest, ref: str) -> HttpResponse:
    """Order a party to pay by a day."""
    found = _party(request, ref)
    form = PayOrderForm(request.POST if request.method == "POST" else None, party=found)
    if request.method == "POST" and form.is_valid():
        try:
            key = form_key(request)
            pay_orders.issue(found, actor=request.actor, idempotency_key=key, **form.cleaned_data)
        except ValidationError as error:
            add(form, error)
        else:
            messages.success(request, _("已作出责令限期缴纳，并送达当事人。"))
            return redirect("banks_counter:party", found.ref)
    context = {"party": found, "form": form, "key": reference(16), "heading": _("责令限期缴纳")}
    return render(request, "collaboration/banks/ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def ask(request: HttpRequest, ref: str, measure: str) -> HttpResponse:
    """Ask for a measure."""
    found = _party(request, ref)
    if measure not in FORMS:
        raise Http404
    form = FORMS[measure](request.POST if request.method == "POST" else None, party=found, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            case = asking.ask(
                given.pop("ground"),
                found,
                actor=request.actor,
                idempotency_key=request.POST.get("key", "")[:80],
                **given,
            )
        except ValidationError as error:
            add(form, error)
        else:
            return redirect("counter_cases:page", case.number)
    context = {"party": found, "form": form, "key": reference(16), "heading": Measure(measure).label}
    return render(request, "collaboration/banks/ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def data(request: HttpRequest, number: str) -> HttpResponse:
    """What the bank answered: shown to the two officers, once they have said why, and never without a trace."""
    _staff(request)
    enquiry = (
        AccountEnquiry.objects.visible_to(request.actor)
        .select_related("case", "party")
        .filter(case__number=number, answered_at__isnull=False)
        .first()
    )
    if enquiry is None or not access.may_read(enquiry, request.actor):
        raise Http404
    form = PurposeForm(request.POST if request.method == "POST" else None)
    accounts = None
    if request.method == "POST" and form.is_valid():
        accounts = reading.read(enquiry, purpose=form.cleaned_data["purpose"], actor=request.actor)
    context = {"enquiry": enquiry, "form": form, "accounts": accounts}
    return render(request, "collaboration/banks/data.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def reads(request: HttpRequest) -> HttpResponse:
    """Auditors: who looked at account data, why; the ones not reviewed first."""
    if not access.audits(request.actor):
        raise Http404
    found = AccountRead.objects.select_related("enquiry__case", "enquiry__party", "user", "office", "reviewed_by")
    counts = dict(AccountRead.objects.values_list("finding").annotate(Count("pk")))
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(id__lt=int(after[:18]))
    rows = list(found.order_by("-id")[: PER_PAGE + 1])
    context = {
        "rows": rows[:PER_PAGE],
        "next": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "findings": AccountRead.Finding.choices,
        "chart": bar_chart(
            [
                Bar(_("待复核"), counts.get("", 0), "due"),
                Bar(_("查阅正当"), counts.get("proper", 0), "done"),
                Bar(_("存疑"), counts.get("doubtful", 0), "due"),
            ]
        ),
    }
    return render(request, "collaboration/banks/reads.html", context)


@require_POST
def review(request: HttpRequest, ref: str) -> HttpResponse:
    """An auditor's finding on one reading."""
    if not access.audits(request.actor):
        raise Http404
    row = AccountRead.objects.filter(ref=ref).first()
    if row is None:
        raise Http404
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            reading.review(row, actor=request.actor, **form.cleaned_data)
            messages.success(request, _("已记录审计意见。"))
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
    else:
        messages.warning(request, _("请选择审计意见。"))
    return redirect("banks_counter:reads")
