"""The tax office's pages: whose is it, how the exchange runs, and whether every fen is accounted for (Art 24)."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration.insurance import access, assessments, intake, matching, paging, partner_views
from apps.collaboration.insurance.forms import AssignForm, ReturnForm
from apps.collaboration.insurance.models import AssessedPayer, InsuranceExchange
from apps.kernel.audit import log


def _tax(request: HttpRequest) -> None:
    if request.actor.front_door != "counter":
        raise Http404


@require_safe
@never_cache
def dashboard(request: HttpRequest) -> HttpResponse:
    """What no payer answers to, deliveries that were refused, and the days of all agencies."""
    _tax(request)
    waiting = AssessedPayer.objects.filter(bill=None, returned="").select_related("exchange__office")
    refused = InsuranceExchange.objects.visible_to(request.actor).filter(state=InsuranceExchange.State.REFUSED)
    context = {
        **partner_views.figures(None),
        "refused": refused.select_related("office").defer("content", "problems").order_by("-id")[: paging.PER_PAGE],
        "may_match": access.matches(request.actor),
        **paging.page(request, waiting.defer("exchange__content", "exchange__problems")),
    }
    return render(request, "collaboration/insurance/dashboard.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def payer(request: HttpRequest, ref: str, row: int) -> HttpResponse:
    """Lines of one payer that wait: match them, or return them to their agency."""
    _tax(request)
    found = AssessedPayer.objects.select_related("exchange__office").filter(exchange__ref=ref, row=row).first()
    if found is None or found.bill_id is not None:
        raise Http404
    doing = request.POST.get("do")
    assign = AssignForm(request.POST if doing == "assign" else None)
    back = ReturnForm(request.POST if doing == "back" else None)
    form = {"assign": assign, "back": back}.get(doing)
    if form is not None and form.is_valid():
        try:
            if form is assign:
                assessments.assign(found, matching.by_code(form.cleaned_data["code"]), actor=request.actor)
            else:
                assessments.send_back(found, form.cleaned_data["reason"], actor=request.actor)
            return redirect("insurance_counter:dashboard")
        except ValidationError as error:
            paging.add(form, error)
    context = {
        "payer": found,
        "lines": assessments.lines_of(found)[: paging.SHOWN],
        "assign": assign,
        "back": back,
        "form": form,
        "open": not found.returned and access.matches(request.actor),
    }
    wrong = form is not None and form.errors
    return render(request, "collaboration/insurance/payer.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def exchange(request: HttpRequest, ref: str) -> HttpResponse:
    """A delivery with its reason; a clerk can replay it."""
    _tax(request)
    row = InsuranceExchange.objects.visible_to(request.actor).defer("content").filter(ref=ref).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        intake.replay(row, actor=request.actor)
        return redirect("insurance_counter:exchange", ref)
    log.record(f"office/{row.office.code}", "insurance.exchange_read", actor=request.actor, target=row.about)
    context = {
        "exchange": row,
        "problems": row.problems[: paging.SHOWN],
        "bills": row.bills.select_related("levy", "party", "charge").order_by("id")[: paging.SHOWN],
        "may_replay": access.matches(request.actor) and (row.state == InsuranceExchange.State.REFUSED or row.unmatched),
    }
    return render(request, "collaboration/insurance/exchange.html", context)
