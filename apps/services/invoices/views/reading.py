"""Pages of a taxpayer's invoices: the list by month, one invoice, its files (Art 14)."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.services.invoices import aggregates, delivery, quotas
from apps.services.invoices.forms import ListForm, MailForm, MarkForm, PurposeForm
from apps.services.invoices.layout import ofd, pdf
from apps.services.invoices.models import Invoice, InvoiceOriginal

PER_PAGE = 50
FORMS = {"pdf": (pdf.write, "application/pdf"), "ofd": (ofd.write, "application/ofd")}


@dataclass(frozen=True)
class Selection:
    """What the chosen invoices add up to; voided ones are shown, never added."""

    number: int
    amount: Decimal
    tax: Decimal


@login_required
@require_safe
def invoice_list(request: HttpRequest) -> HttpResponse:
    """Invoices issued and received in a month, newest first, and what they add up to."""
    party = request.actor.party
    form = ListForm(request.GET)
    if not form.is_valid():
        return render(request, "invoices/list.html", {"form": form}, status=422)
    chosen = form.cleaned_data["month"] or _latest_month(party)
    context = {"form": form, "quota": quotas.of_month(party, clock.today()) if issues(party) else None}
    if chosen is not None:
        log.read(actor=request.actor, party_id=party.pk, what="invoices", purpose=Purpose.OWN)
        rows = selected(party, chosen, form)
        page, following = one_page(rows, request.GET.get("after", ""))
        query = request.GET.copy()
        query.update({"month": "{}-{:02}".format(*chosen)})
        query["after"] = following
        context |= {
            "month": "{}-{:02}".format(*chosen),
            "totals": aggregates.month(party, *chosen),
            "selection": summed(rows),
            "rows": [(invoice, invoice.is_sale_of(party)) for invoice in page],
            "next": query.urlencode() if following else "",
        }
    return render(request, "invoices/list.html", context)


def issues(party: Party) -> bool:
    """Whether a party issues invoices itself."""
    return party.kind == Party.Kind.ORGANISATION


def _latest_month(party: Party) -> tuple[int, int] | None:
    latest = Invoice.objects.of(party).order_by("-issued_at").values_list("issued_at", flat=True).first()
    if latest is None:
        return None
    day = timezone.localtime(latest)
    return day.year, day.month


def selected(party: Party, month: tuple[int, int] | None, form: ListForm) -> QuerySet[Invoice]:
    """The party's invoices that the filters let through."""
    rows = Invoice.objects.of(party)
    if month is not None:
        begin, end = aggregates.month_bounds(*month)
        rows = rows.filter(issued_at__gte=begin, issued_at__lt=end)
    given = form.cleaned_data
    if given["direction"]:
        rows = rows.filter(**{"seller" if given["direction"] == ListForm.Direction.SALE else "buyer": party})
    for field in ("kind", "status"):
        if given[field]:
            rows = rows.filter(**{field: given[field]})
    return rows


def summed(rows: QuerySet[Invoice]) -> Selection:
    """What a selection adds up to."""
    sums = rows.exclude(status=Invoice.Status.VOID).aggregate(
        number=Count("id"), amount=Sum("amount", default=Decimal("0.00")), tax=Sum("tax", default=Decimal("0.00"))
    )
    return Selection(**sums)


def one_page(rows: QuerySet[Invoice], after: str) -> tuple[list[Invoice], str]:
    """One page after the invoice numbered ``after``, and where the next begins."""
    if after:
        last = get_object_or_404(rows, number=after)
        rows = rows.filter(Q(issued_at__lt=last.issued_at) | Q(issued_at=last.issued_at, id__lt=last.pk))
    found = list(rows.order_by("-issued_at", "-id")[: PER_PAGE + 1])
    return found[:PER_PAGE], found[PER_PAGE - 1].number if len(found) > PER_PAGE else ""


def own(request: HttpRequest, number: str) -> Invoice:
    """An invoice of the party acted for, or 404."""
    rows = Invoice.objects.of(request.actor.party).select_related("issue", "purpose", "red_letter_of__blue")
    return get_object_or_404(rows, number=number)


@login_required
@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One invoice with its lines, and what may be done with it."""
    return page_of(request, own(request, number))


def page_of(request: HttpRequest, invoice: Invoice, *, status: int = 200, **forms) -> HttpResponse:
    """The page of an invoice; ``forms`` replaces a form that was filled in wrongly."""
    party = request.actor.party
    log.read(actor=request.actor, party_id=party.pk, what=f"invoices/{invoice.number}", purpose=Purpose.OWN)
    is_sale = invoice.is_sale_of(party)
    issued_here = hasattr(invoice, "issue")
    lines = list(invoice.lines.all())
    context = {
        "invoice": invoice,
        "lines": lines,
        "is_sale": is_sale,
        "issued_here": issued_here,
        "remark": invoice.issue.remark if issued_here else "",
        "pick_up_url": delivery.pick_up_url(invoice) if issued_here and is_sale else "",
        "qr": delivery.qr(invoice) if issued_here and is_sale else "",
        "purpose": getattr(invoice, "purpose", None),
        "takes_purpose": not is_sale and invoice.kind == Invoice.Kind.SPECIAL and invoice.status == "normal",
        "marks": invoice.marks.filter(party=party).order_by("id"),
        "archived": invoice.archived.filter(party=party).select_related("package").first(),
        "red_letters": invoice.red_letters.order_by("id"),
        "red_letter_of": getattr(invoice, "red_letter_of", None),
        "can_be_taken_back": issued_here
        and invoice.status == Invoice.Status.NORMAL
        and any(line.amount != line.red_amount for line in lines),
        "mail_form": MailForm(),
        "mark_form": MarkForm(),
        "purpose_form": PurposeForm(
            initial={"purpose": invoice.purpose.purpose} if hasattr(invoice, "purpose") else None
        ),
        **forms,
    }
    context["form"] = next(iter(forms.values()), None)
    return render(request, "invoices/detail.html", context, status=status)


@login_required
@require_safe
def original(request: HttpRequest, number: str) -> HttpResponse:
    """The file as it was handed in or issued."""
    party = request.actor.party
    found = InvoiceOriginal.objects.filter(invoice__in=Invoice.objects.of(party).filter(number=number)).first()
    if found is None:
        raise Http404
    log.read(actor=request.actor, party_id=party.pk, what=f"invoices/{number}/original", purpose=Purpose.OWN)
    return download(found.file_name, bytes(found.content), "application/octet-stream")


@login_required
@require_safe
def layout(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """The invoice as PDF or OFD."""
    if form not in FORMS:
        raise Http404
    invoice = own(request, number)
    log.read(
        actor=request.actor, party_id=request.actor.party.pk, what=f"invoices/{number}/{form}", purpose=Purpose.OWN
    )
    return laid_out(invoice, form)


def laid_out(invoice: Invoice, form: str) -> HttpResponse:
    """The download of a form on paper."""
    write, mime = FORMS[form]
    return download(f"dzfp_{invoice.number}.{form}", write(invoice), mime)


def download(name: str, content: bytes, mime: str) -> HttpResponse:
    """A file to keep, never shown inside the portal."""
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_http_methods(["POST"])
def mail(request: HttpRequest, number: str) -> HttpResponse:
    """Send an invoice issued here to an e-mail address."""
    invoice = own(request, number)
    form = MailForm(request.POST)
    if form.is_valid():
        try:
            delivery.send_again(invoice, form.cleaned_data["email"], actor=request.actor)
            return done(request, invoice, _("发票已交付发送，收件人会收到 XML、PDF 和 OFD 文件。"))
        except ValidationError as error:
            form.add_error(None if not hasattr(error, "error_dict") else "email", error.messages)
    return page_of(request, invoice, status=422, mail_form=form)


def done(request: HttpRequest, invoice: Invoice, said: str) -> HttpResponse:
    """Back to the invoice with a word on what was done."""
    messages.success(request, said)
    return redirect("invoices:detail", request.actor.party.ref, invoice.number)
