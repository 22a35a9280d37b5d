"""Pages of red-letter invoices: ask, see what waits, agree or not (Art 14)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.services.invoices import purposes, red_letters
from apps.services.invoices.forms import AnswerForm, RedLetterForm
from apps.services.invoices.models import RedLetter
from apps.services.invoices.views.reading import own

LONGEST_LIST = 200


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask to take an invoice back, whole or in part."""
    blue = own(request, number)
    lines = [line for line in blue.lines.all() if red_letters.remaining(line)]
    form = RedLetterForm(request.POST if request.method == "POST" else None, lines=lines)
    if form.is_bound and form.is_valid():
        try:
            made = red_letters.ask(blue, actor=request.actor, reason=form.cleaned_data["reason"], amounts=form.amounts)
        except ValidationError as error:
            _beside(form, error)
        else:
            return redirect("invoices:red_letter", request.actor.party.ref, made.ref)
    status = 422 if form.errors else 200
    return render(request, "invoices/red_letter_ask.html", {"invoice": blue, "form": form}, status=status)


def _beside(form: RedLetterForm, error: ValidationError) -> None:
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for name, mistakes in by_field.items():
        form.add_error(name if name in form.fields else None, mistakes)


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Forms that wait for this side's answer, and the others."""
    party = request.actor.party
    log.read(actor=request.actor, party_id=party.pk, what="red-letters", purpose=Purpose.OWN)
    rows = RedLetter.objects.of(party).select_related("blue", "asked_by", "red").order_by("-id")[:LONGEST_LIST]
    context = {"waiting": red_letters.waiting_for(party).order_by("due_at"), "rows": rows}
    return render(request, "invoices/red_letters.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """One form; the side that is asked answers it here, the other may withdraw it."""
    party = request.actor.party
    rows = RedLetter.objects.of(party).select_related("blue__seller", "blue__buyer", "asked_by", "red")
    row = get_object_or_404(rows, ref=ref)
    form, status = AnswerForm(), 200
    if request.method == "POST":
        step = request.POST.get("step", "")
        form = AnswerForm(request.POST) if step == "reject" else form
        try:
            if _done(request, row, step, form):
                return redirect("invoices:red_letter", party.ref, ref)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("invoices:red_letter", party.ref, ref)
        status = 422
    log.read(actor=request.actor, party_id=party.pk, what=f"red-letters/{ref}", purpose=Purpose.OWN)
    waiting = row.state == RedLetter.State.WAITING
    context = {
        "row": row,
        "lines": row.lines.select_related("line"),
        "form": form,
        "answers": waiting and row.asked_by_id != party.pk,
        "transfers_out": party.pk == row.blue.buyer_id and purposes.deducted(row.blue),
        "withdraws": waiting and row.asked_by_id == party.pk,
    }
    return render(request, "invoices/red_letter.html", context, status=status)


def _done(request: HttpRequest, row: RedLetter, step: str, form: AnswerForm) -> bool:
    if step == "agree":
        red_letters.agree(row, actor=request.actor)
        messages.success(request, _("已同意，红字发票已经开具。"))
        return True
    if step == "withdraw":
        red_letters.withdraw(row, actor=request.actor)
        messages.success(request, _("已撤回，发票不受影响。"))
        return True
    if step == "reject" and form.is_valid():
        red_letters.reject(row, actor=request.actor, why=form.cleaned_data["answer"])
        messages.success(request, _("已答复不同意，发票不受影响。"))
        return True
    return False
