"""Pages of issuing: state what is sold and to whom, check it with every amount, issue (Art 14)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party
from apps.kernel.request_keys import form_key
from apps.kernel.workcalendar import clock
from apps.services.invoices import delivery, issuing, quotas
from apps.services.invoices.forms import ItemForm, ItemFormSet, OrderForm, rate_choices
from apps.services.invoices.issuing import Item, Order
from apps.services.invoices.models import Invoice
from apps.services.invoices.views.reading import own

PREFIX = "items"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest) -> HttpResponse:
    """Fill in, check, issue: one address, the button says which."""
    party = issuing.seller(request.actor)
    step = request.POST.get("step", "")
    if request.method != "POST" or step == "add":
        return _fill_in(request, party)
    form = OrderForm(request.POST)
    items = ItemFormSet(request.POST, prefix=PREFIX, form_kwargs={"rates": rate_choices(party)})
    key = form_key(request) or reference(16)
    if step == "back" or not (form.is_valid() & items.is_valid()):
        status = 200 if step == "back" else 422
        return _page(request, "issue.html", party, form, items, key=key, status=status)
    order = _order(form, items)
    try:
        if step == "issue":
            invoice = issuing.issue(order, actor=request.actor, idempotency_key=key)
            return redirect("invoices:issued", party.ref, invoice.number)
        drawn_up = issuing.draw_up(order, party)
        quotas.enough(party, drawn_up.amount, clock.today())
    except ValidationError as error:
        _place(error, form, items)
        return _page(request, "issue.html", party, form, items, key=key, status=422)
    return _page(request, "issue_check.html", party, form, items, key=key, parsed=drawn_up)


def _fill_in(request: HttpRequest, party: Party) -> HttpResponse:
    """The empty form, or the typed one with another line; nothing typed is judged yet."""
    rates = {"rates": rate_choices(party)}
    if request.method != "POST":
        form = OrderForm(initial={"kind": Invoice.Kind.SPECIAL})
        items = ItemFormSet(prefix=PREFIX, form_kwargs=rates)
        return _page(request, "issue.html", party, form, items, key=reference(16))
    form = OrderForm(initial={name: request.POST.get(name, "") for name in OrderForm.base_fields})
    total = request.POST.get(f"{PREFIX}-TOTAL_FORMS", "1")
    number = min(int(total), issuing.MAX_LINES - 1) if total.isdecimal() and len(total) < 5 else 1
    typed = [
        {name: request.POST.get(f"{PREFIX}-{row}-{name}", "") for name in ItemForm.base_fields} for row in range(number)
    ]
    items = ItemFormSet(prefix=PREFIX, form_kwargs=rates, initial=[*typed, {"quantity": 1}])
    items.min_num = 0
    return _page(request, "issue.html", party, form, items, key=form_key(request) or reference(16))


def _page(
    request: HttpRequest,
    template: str,
    party: Party,
    form: OrderForm,
    items: BaseFormSet,
    *,
    key: str,
    status: int = 200,
    **more,
) -> HttpResponse:
    context = {
        "form": form,
        "items": items,
        "key": key,
        "quota": quotas.of_month(party, clock.today()),
        "page_error": status == 422,
        **more,
    }
    return render(request, f"invoices/{template}", context, status=status)


def _order(form: OrderForm, items: BaseFormSet) -> Order:
    return Order(items=tuple(Item(**row.cleaned_data) for row in items if row.cleaned_data), **form.cleaned_data)


def _place(error: ValidationError, form: OrderForm, items: BaseFormSet) -> None:
    """Put each message of the use case beside the field it is about."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for name, mistakes in by_field.items():
        part, _dot, field = name.rpartition(".")
        if part.startswith("items."):
            items.forms[int(part.removeprefix("items."))].add_error(field, mistakes)
        else:
            form.add_error(name if name in form.fields else None, mistakes)


@login_required
@require_safe
def issued(request: HttpRequest, number: str) -> HttpResponse:
    """What was issued, how it was handed over, and what may come next."""
    invoice = own(request, number)
    if not hasattr(invoice, "issue") or not invoice.is_sale_of(request.actor.party):
        return redirect("invoices:detail", request.actor.party.ref, number)
    context = {"invoice": invoice, "qr": delivery.qr(invoice), "pick_up_url": delivery.pick_up_url(invoice)}
    return render(request, "invoices/issued.html", context)
