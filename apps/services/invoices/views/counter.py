"""The counter's look at a taxpayer's invoices: of the clerk's own office only, and every look is on record."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, Role
from apps.kernel.workcalendar import clock
from apps.services.invoices import quotas
from apps.services.invoices.forms import ListForm, TaxpayerForm
from apps.services.invoices.models import Invoice
from apps.services.invoices.views.reading import issues, one_page, selected, summed

LOOKERS = frozenset({Role.CLERK, Role.CHIEF, Role.RISK})


def may_look(actor: Actor) -> bool:
    """Staff of a tax office whose duty it is."""
    return actor.office is not None and actor.party is None and actor.office.is_tax and bool(LOOKERS & actor.roles)


def _taxpayers(request: HttpRequest):
    if not may_look(request.actor):
        raise Http404
    return Party.objects.filter(office=request.actor.office)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find a taxpayer of the office by its credit code."""
    taxpayers = _taxpayers(request)
    form = TaxpayerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        party = taxpayers.filter(organisation__uscc=form.cleaned_data["uscc"].strip().upper()).first()
        if party is not None:
            return redirect("invoices_counter:list", party.ref)
        form.add_error("uscc", _("本单位没有这个纳税人。请核对代码，或者确认主管税务所。"))
    return render(request, "invoices/counter_search.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_safe
def invoice_list(request: HttpRequest, ref: str) -> HttpResponse:
    """A taxpayer's invoices."""
    party = get_object_or_404(_taxpayers(request), ref=ref)
    form = ListForm(request.GET)
    if not form.is_valid():
        return render(request, "invoices/counter_list.html", {"form": form, "party": party}, status=422)
    log.read(actor=request.actor, party_id=party.pk, what="invoices", purpose=Purpose.COUNTER)
    rows = selected(party, form.cleaned_data["month"], form)
    page, following = one_page(rows, request.GET.get("after", ""))
    query = request.GET.copy()
    query["after"] = following
    context = {
        "form": form,
        "party": party,
        "quota": quotas.of_month(party, clock.today()) if issues(party) else None,
        "rows": [(invoice, invoice.is_sale_of(party)) for invoice in page],
        "selection": summed(rows),
        "next": query.urlencode() if following else "",
    }
    return render(request, "invoices/counter_list.html", context)


@login_required
@require_safe
def detail(request: HttpRequest, ref: str, number: str) -> HttpResponse:
    """One invoice of a taxpayer."""
    party = get_object_or_404(_taxpayers(request), ref=ref)
    invoice = get_object_or_404(Invoice.objects.of(party), number=number)
    log.read(actor=request.actor, party_id=party.pk, what=f"invoices/{number}", purpose=Purpose.COUNTER)
    context = {"invoice": invoice, "lines": invoice.lines.all(), "party": party, "is_sale": invoice.is_sale_of(party)}
    return render(request, "invoices/counter_detail.html", context)
