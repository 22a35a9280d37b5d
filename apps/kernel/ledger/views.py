"""The payer's account: what is owed, choosing and paying it, receipts, refunds (Art 6); and the gateway's callback."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.ledger import accounts, certificates, gateway, late_fees, payments, refunds
from apps.kernel.ledger.forms import DecisionForm, PaidOutForm, RefundForm
from apps.kernel.ledger.models import ZERO, Charge, Overpayment, Payment, Refund
from apps.kernel.notifications.signatures import BadSignature
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock

# --- the payer's pages, under /as/<party_ref>/ -------------------------------------------------


@require_safe
@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """What I owe with due dates and late fee, what I paid, what comes back to me."""
    after = request.GET.get("after", "")
    if after and not after.isdecimal():
        raise Http404
    statement = accounts.statement(request.actor.party, actor=request.actor, after=int(after[:18]) if after else None)
    return render(request, "ledger/account.html", {"statement": statement, "later_page": bool(after)})


@require_safe
@never_cache
@login_required
def charge(request: HttpRequest, ref: str) -> HttpResponse:
    """One charge: how its late fee comes about, what was paid on it."""
    row = get_object_or_404(Charge.objects.visible_to(request.actor).select_related("levy"), ref=ref)
    today = clock.today()
    context = {
        "charge": row,
        "state": Charge.State(row.state(today)),
        "today": today,
        "lines": late_fees.lines(row, today),
        "late_fee": late_fees.outstanding(row, today),
        "allocations": row.allocations.select_related("payment"),
    }
    return render(request, "ledger/charge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def pay(request: HttpRequest) -> HttpResponse:
    """Check what is to be paid, then go and pay it at the gateway."""
    chosen = _chosen(request, request.POST if request.method == "POST" else request.GET)
    error = None if chosen else ValidationError(_("请至少选择一笔税费。"))
    if request.method == "POST" and chosen:
        try:
            payment = payments.begin(chosen, actor=request.actor, return_url=_return_url(request))
        except ValidationError as refused:
            error = refused
        else:
            # Without an order to pay, the payment's own page says so and offers another try.
            return HttpResponseRedirect(payment.pay_url or _payment_url(request, payment))
    today = clock.today()
    rows = [(row, late_fees.outstanding(row, today)) for row in chosen]
    context = {
        "rows": rows,
        "total": sum((row.outstanding + late_fee for row, late_fee in rows), ZERO),
        "errors": error.messages if error else [],
        "page_error": error is not None,
        "standing_in_the_way": getattr(error, "payment", None),
        "gateway_missing": gateway.check_config(),
    }
    return render(request, "ledger/pay.html", context, status=422 if error else 200)


def _chosen(request: HttpRequest, data) -> list[Charge]:
    """The charges named in the request; one that is not the actor's is not found."""
    refs = set(data.getlist("charge"))
    found = list(
        Charge.objects.visible_to(request.actor).filter(ref__in=refs).select_related("levy").order_by("due", "id")
    )
    if len(found) != len(refs):
        raise Http404
    return found


def _payment_url(request: HttpRequest, payment: Payment) -> str:
    return reverse("ledger:payment", args=[request.actor.party.ref, payment.number])


def _return_url(request: HttpRequest) -> str:
    path = reverse("ledger:payment", args=[request.actor.party.ref, "NUMBER"])
    return settings.PUBLIC_URL + path.replace("NUMBER", "{number}")


@require_safe
@never_cache
@login_required
def payment(request: HttpRequest, number: str) -> HttpResponse:
    """Where the gateway sends the payer back to: the state as we truly know it, and later the receipt."""
    row = _payment(request, number)
    context = {
        "payment": row,
        "lines": row.lines.select_related("charge__levy").order_by("charge__due", "id"),
        "allocations": row.allocations.select_related("charge__levy"),
        "overpaid": sum((over.amount for over in row.overpayments.all()), ZERO),
        "certificate": certificates.issued_for(row) if row.state == Payment.State.SUCCEEDED else None,
    }
    return render(request, "ledger/payment.html", context)


@require_POST
@login_required
def refresh(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the gateway now instead of waiting for its callback."""
    row = payments.refresh(_payment(request, number))
    if row.state in Payment.LIVE:
        messages.info(request, _("支付机构尚未确认。请稍后再查询，请勿重复支付。"))
    return redirect(_payment_url(request, row))


@require_POST
@login_required
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Give up a payment, so that its charges can be chosen again."""
    row = _payment(request, number)
    try:
        row = payments.abandon(row, actor=request.actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(_payment_url(request, row))


@require_POST
@login_required
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Issue the certificate of a payment, once."""
    row = _payment(request, number)
    try:
        document = certificates.issue(row, request.actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("完税证明 %s 已开具。") % document.number)
    return redirect(_payment_url(request, row))


def _payment(request: HttpRequest, number: str) -> Payment:
    return get_object_or_404(Payment.objects.visible_to(request.actor), number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def ask_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask an overpayment back."""
    mine: QuerySet = refunds.unrefunded(Overpayment.objects.visible_to(request.actor))
    overpayment = get_object_or_404(mine.select_related("payment"), ref=ref)
    form = RefundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            refund = refunds.request(overpayment, reason=form.cleaned_data["reason"], actor=request.actor)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("退款申请 %s 已提交，由税务机关审批。") % refund.number)
            return redirect("ledger:account", request.actor.party.ref)
    status = 422 if form.errors else 200
    return render(request, "ledger/ask_back.html", {"overpayment": overpayment, "form": form}, status=status)


# --- the counter ---------------------------------------------------------------------------------


@require_safe
@never_cache
@login_required
def refund_list(request: HttpRequest) -> HttpResponse:
    """Refunds of the office's payers, those waiting for a decision first."""
    _tax_staff(request)
    rows = Refund.objects.visible_to(request.actor).select_related("party", "requested_by")
    waiting = rows.filter(state=Refund.State.REQUESTED).select_related("overpayment").order_by("requested_at")
    found = refunds.unrefunded(Overpayment.objects.visible_to(request.actor)).select_related("party")
    context = {
        "waiting": [(row, refunds.return_by(row.overpayment)) for row in waiting[:50]],
        "found": [(row, refunds.return_by(row)) for row in found.order_by("found_at")[:50]],
        "today": clock.today(),
        "decided": rows.exclude(state=Refund.State.REQUESTED)[:50],
    }
    return render(request, "ledger/refunds.html", context)


@require_POST
@login_required
def refund_found(request: HttpRequest, ref: str) -> HttpResponse:
    """Start the refund of an overpayment the office has found; another person approves it."""
    _tax_staff(request)
    row = get_object_or_404(refunds.unrefunded(Overpayment.objects.visible_to(request.actor)), ref=ref)
    try:
        started = refunds.request(row, reason=_("税务机关发现多缴"), actor=request.actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("ledger_counter:refunds")
    messages.success(request, _("退款 %s 已发起，由另一位同事审批。") % started.number)
    return redirect("ledger_counter:refund", started.number)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """One refund: why it is owed, and the decision on it."""
    _tax_staff(request)
    rows = Refund.objects.visible_to(request.actor).select_related(
        "party", "requested_by", "decided_by", "overpayment__payment"
    )
    row = get_object_or_404(rows, number=number)
    log.read(actor=request.actor, party_id=row.party_id, what=row.about, purpose=Purpose.REFUND)
    if refunds.pays_out(row, request.actor):
        return _pay_out(request, row)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decide = refunds.approve if form.cleaned_data["decision"] == "approve" else refunds.reject
        try:
            decide(row, reason=form.cleaned_data["reason"], actor=request.actor)
        except ValidationError as error:
            form.add_error("reason" if hasattr(error, "error_dict") else None, error.messages)
        else:
            messages.success(request, _("审批结果已记录。"))
            return redirect("ledger_counter:refund", row.number)
    may_decide = (
        row.state == Refund.State.REQUESTED
        and Role.CHIEF in request.actor.roles
        and row.requested_by_id != request.user.pk
    )
    status = 422 if form.errors else 200
    return render(request, "ledger/refund.html", {"refund": row, "form": form, "may_decide": may_decide}, status=status)


def _pay_out(request: HttpRequest, row: Refund) -> HttpResponse:
    """The transfer of the treasury is put on record."""
    form = PaidOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            refunds.paid_out(row, actor=request.actor, **form.cleaned_data)
        except ValidationError as error:
            for name, texts in getattr(error, "message_dict", {"": error.messages}).items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            messages.success(request, _("退付已登记，已通知纳税人、缴费人。"))
            return redirect("ledger_counter:refund", row.number)
    context = {"refund": row, "form": form, "may_pay_out": True}
    return render(request, "ledger/refund.html", context, status=422 if form.errors else 200)


def _tax_staff(request: HttpRequest) -> None:
    if request.actor.office is None or not request.actor.office.is_tax:
        raise Http404


# --- the gateway ---------------------------------------------------------------------------------


@csrf_exempt
@require_POST
def callback(request: HttpRequest) -> JsonResponse:
    """A signed notice of the gateway; it repeats it until it gets a 200."""
    try:
        notice = gateway.read_callback(request.body, request.headers)
    except BadSignature:
        return JsonResponse({"error": "signature"}, status=401)
    except gateway.Malformed:
        return JsonResponse({"error": "notice"}, status=400)
    return JsonResponse({"outcome": payments.settle(notice)})
