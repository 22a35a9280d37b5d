"""A taxpayer's electronic invoices: the month's list and totals, one invoice, handing files in (Art 14)."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.audit import log
from apps.kernel.parties.models import Party
from apps.services.invoices import aggregates, importing
from apps.services.invoices.forms import MonthForm, UploadForm
from apps.services.invoices.models import Invoice, InvoiceOriginal

PER_PAGE = 50


@login_required
@require_safe
def invoice_list(request: HttpRequest) -> HttpResponse:
    """Invoices issued and received in a month, newest first, and what they add up to."""
    party = request.actor.party
    form = MonthForm(request.GET if "month" in request.GET else None)
    chosen = form.cleaned_data["month"] if form.is_bound and form.is_valid() else None
    if form.errors:
        return render(request, "invoices/list.html", {"form": form}, status=422)
    chosen = chosen or _latest_month(party)
    context = {"form": form}
    if chosen is not None:
        log.read(actor=request.actor, party_id=party.pk, what="invoices", purpose="own")
        rows, following = _page(party, chosen, request.GET.get("after", ""))
        context |= {
            "month": "{}-{:02}".format(*chosen),
            "totals": aggregates.month(party, *chosen),
            "rows": [(invoice, invoice.is_sale_of(party)) for invoice in rows],
            "next": following,
        }
    return render(request, "invoices/list.html", context)


def _latest_month(party: Party) -> tuple[int, int] | None:
    latest = Invoice.objects.of(party).order_by("-issued_at").values_list("issued_at", flat=True).first()
    if latest is None:
        return None
    day = timezone.localtime(latest)
    return day.year, day.month


def _page(party: Party, month: tuple[int, int], after: str) -> tuple[list[Invoice], str]:
    """One page after the invoice numbered ``after``, and where the next begins."""
    begin, end = aggregates.month_bounds(*month)
    rows = Invoice.objects.of(party).filter(issued_at__gte=begin, issued_at__lt=end)
    if after:
        last = get_object_or_404(rows, number=after)
        rows = rows.filter(Q(issued_at__lt=last.issued_at) | Q(issued_at=last.issued_at, id__lt=last.pk))
    found = list(rows.order_by("-issued_at", "-id")[: PER_PAGE + 1])
    return found[:PER_PAGE], found[PER_PAGE - 1].number if len(found) > PER_PAGE else ""


@login_required
@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One invoice with its lines."""
    party = request.actor.party
    invoice = get_object_or_404(Invoice.objects.of(party), number=number)
    log.read(actor=request.actor, party_id=party.pk, what=f"invoices/{number}", purpose="own")
    context = {"invoice": invoice, "lines": invoice.lines.all(), "is_sale": invoice.is_sale_of(party)}
    return render(request, "invoices/detail.html", context)


@login_required
@require_safe
def original(request: HttpRequest, number: str) -> HttpResponse:
    """The file as it was handed in."""
    party = request.actor.party
    found = InvoiceOriginal.objects.filter(invoice__in=Invoice.objects.of(party).filter(number=number)).first()
    if found is None:
        raise Http404
    log.read(actor=request.actor, party_id=party.pk, what=f"invoices/{number}/original", purpose="own")
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="dzfp_{number}.xml"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Hand files in; what became of each is told file by file. Handing them in again changes nothing."""
    form, outcomes = UploadForm(), []
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            files = ((file.name, file.read()) for file in form.cleaned_data["files"])
            outcomes = importing.import_files(files, actor=request.actor)
            form = UploadForm()
    refused = [outcome for outcome in outcomes if outcome.mistakes]
    context = {
        "form": form,
        "outcomes": outcomes,
        "refused": len(refused),
        "new": sum(outcome.new for outcome in outcomes),
    }
    return render(request, "invoices/upload.html", context, status=422 if form.errors or refused else 200)
