"""The payer's pages: what was billed, by which department and document, and "not right?" (Art 25)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration.fees import disputes, history
from apps.collaboration.fees.forms import DisputeForm
from apps.collaboration.fees.models import FeeSource
from apps.collaboration.fees.views import add, page
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The non-tax bills of the party acted for."""
    found = FeeSource.objects.visible_to(request.actor).select_related("office", "levy", "charge")
    return render(request, "collaboration/fees/mine.html", page(request, found))


@require_safe
@never_cache
@login_required
def bill(request: HttpRequest, ref: str) -> HttpResponse:
    """One bill: who says so, by what document, what happened since."""
    row = disputes.found_here(ref, request.actor)
    context = {
        "source": row,
        "history": history.of(row),
        "cases": disputes.of_source(row, request.actor),
        "open": row.state == FeeSource.State.BILLED and not disputes.open_of(row).exists(),
    }
    return render(request, "collaboration/fees/bill.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def dispute(request: HttpRequest, ref: str) -> HttpResponse:
    """ "Not right?": the department that delivered the source looks at it again."""
    row = disputes.found_here(ref, request.actor)
    form = DisputeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key = form_key(request) or reference(16)
        try:
            case = disputes.dispute(row, actor=request.actor, key=key, **form.cleaned_data)
            return redirect("cases:page", request.actor.party.ref, case.number)
        except ValidationError as error:
            add(form, error)
    context = {"source": row, "form": form, "key": reference(16)}
    return render(request, "collaboration/fees/dispute.html", context, status=422 if form.errors else 200)
