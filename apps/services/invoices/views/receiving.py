"""Pages of handing files in: upload, and what became of each, live while a worker is at it (Art 14)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.workcalendar import clock
from apps.services.invoices import importing, receiving
from apps.services.invoices.forms import UploadForm
from apps.services.invoices.models import InvoiceReceipt, ReceivedInvoice

REFRESH = 3  # seconds
Outcome = ReceivedInvoice.Outcome


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Hand files in. Handing them in again changes nothing."""
    importing.authorise(request.actor)
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            receipt = receiving.receive(form.cleaned_data["files"], actor=request.actor)
            return redirect("invoices:receipt", request.actor.party.ref, receipt.ref)
    return render(request, "invoices/upload.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_safe
def receipt(request: HttpRequest, ref: str) -> HttpResponse:
    """What became of each file of one handing-in; the page asks again while some wait."""
    found = get_object_or_404(InvoiceReceipt, party=request.actor.party, ref=ref)
    rows = list(found.rows.select_related("invoice"))
    waiting = found.state == InvoiceReceipt.State.WAITING
    context = {
        "receipt": found,
        "rows": rows,
        "done": len(rows),
        "waiting": waiting,
        "new": sum(row.outcome == Outcome.NEW for row in rows),
        "refused": sum(row.outcome in (Outcome.REFUSED, Outcome.CONFLICT) for row in rows),
        **(_pace(found, len(rows)) if waiting else {}),
    }
    response = render(request, "invoices/receipt.html", context)
    if waiting:
        response["Refresh"] = str(REFRESH)
    return response


def _pace(found: InvoiceReceipt, done: int) -> dict[str, int]:
    """Invoices a minute so far, and the seconds the rest will take at that."""
    if found.started_at is None or not done:
        return {}
    seconds = max((clock.now() - found.started_at).total_seconds(), 1)
    return {"a_minute": round(done * 60 / seconds), "seconds_left": round(seconds / done * (found.expected - done))}
