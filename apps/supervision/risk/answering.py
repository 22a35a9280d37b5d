"""The payer's page of a reminder: each figure with source and date, and three ways to answer (Art 32)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.kernel.casework import cases, rights
from apps.kernel.casework.asking import FittedForm
from apps.kernel.casework.models import Case
from apps.kernel.forms import add_refusal
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.supervision.risk import explaining
from apps.supervision.risk.forms import CorrectForm, DisputeForm, ExplainForm
from apps.supervision.risk.procedures import REMINDER

FORMS = {"explain": ExplainForm, "correct": CorrectForm, "dispute": DisputeForm}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """What does not agree, and how to answer; the way to answer is a page of its own, without JavaScript."""
    if request.actor.party is None:
        raise Http404
    case = Case.objects.visible_to(request.actor).filter(number=number, procedure=REMINDER.code).first()
    if case is None:
        raise Http404
    rows = [explaining.shown_row(row) for row in case.detail.trace]
    open_ = {row.action for row in rights.available_actions(case, request.actor)} & set(FORMS)
    way = request.POST.get("way") or request.GET.get("way", "")
    form = None
    if way in open_:
        form = FORMS[way](
            request.POST if request.method == "POST" else None, initial={"field": request.GET.get("field", "")}
        )
        if isinstance(form, FittedForm):
            form.fit(case)
        if request.method == "POST" and form.is_valid():
            try:
                cases.perform(case, way, request.actor, idempotency_key=form_key(request), **form.cleaned_data)
            except (ValidationError, PermissionDenied) as refusal:
                add_refusal(form, refusal)
            else:
                return redirect("cases:page", party_ref=request.actor.party.ref, number=case.number)
    context = {
        "case": case,
        "rows": rows,
        "ways": open_,
        "way": way if form else "",
        "form": form,
        "key": reference(16),
    }
    return render(request, "risk/answer.html", context, status=422 if form is not None and form.errors else 200)
