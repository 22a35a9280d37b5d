"""Price determinations at the counter and in the partner portal: apply, price, use the conclusion (Art 27)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration import listing, tables
from apps.collaboration.price import assessment, pricing, procedure
from apps.collaboration.price.forms import ApplicationForm, AssessForm, ItemFormSet, PriceForm
from apps.collaboration.price.models import PriceConclusion, PriceItem, PriceMessage
from apps.kernel.casework.models import Case
from apps.kernel.casework.rights import ASKERS
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.kernel.workcalendar import clock


def may_apply(actor: Actor) -> bool:
    """Whether the actor works in a tax office and may ask the price bureau."""
    return actor.front_door == "counter" and bool(actor.roles & ASKERS)


@login_required
@never_cache
@require_safe
def index(request: HttpRequest, door: str) -> HttpResponse:
    """Every determination and assessment this office has to do with."""
    if request.actor.front_door != door:
        raise Http404
    refused = PriceMessage.objects.visible_to(request.actor).filter(state=PriceMessage.State.REFUSED)
    context = {
        **listing.page(request, [procedure.CODE, assessment.CODE]),
        "new": may_apply(request.actor),
        "refused": refused.select_related("case").order_by("-id")[:20] if door == "partner" else [],
    }
    return render(request, "collaboration/price/index.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Apply: whose property, on which day, and the items."""
    if not may_apply(request.actor):
        raise Http404
    posted = request.method == "POST"
    form = ApplicationForm(request.POST if posted else None)
    items = ItemFormSet(request.POST if posted else None, prefix="items")
    if posted and form.is_valid() & items.is_valid():
        given = [
            {name: each.cleaned_data[name] for name in each.Meta.fields} for each in items.forms if each.has_changed()
        ]
        try:
            data = {**form.data.dict(), "items": given}
            case = procedure.ask(request.actor, data, key=form_key(request) or reference(16))
            return redirect("counter_cases:page", case.number)
        except (ValidationError, PermissionDenied) as refusal:
            form.add_error(None, getattr(refusal, "messages", None) or str(refusal))
    context = {"form": form, "items": items, "key": form_key(request) or reference(16)}
    wrong = bool(form.errors) or (posted and not items.is_valid())
    return render(
        request, "collaboration/price/new.html", {**context, "page_error": wrong}, status=422 if wrong else 200
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def price(request: HttpRequest, number: str, place: int) -> HttpResponse:
    """The bureau prices one item."""
    case = Case.objects.visible_to(request.actor).filter(procedure=procedure.CODE, number=number).first()
    item = PriceItem.objects.filter(determination=case.pk, place=place).first() if case is not None else None
    if item is None or not pricing.may_price(case, request.actor):
        raise Http404
    known = {"method": item.method, "unit_price": item.unit_price, "note": item.note}
    form = PriceForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            item = pricing.price(case, place, actor=request.actor, **form.cleaned_data)
        except ValidationError as refusal:
            tables.add(form, refusal)
        else:
            messages.success(
                request, _("第 %(place)d 项已填写：%(amount)s 元。") % {"place": place, "amount": f"{item.amount:,.2f}"}
            )
            return redirect("partner_cases:page", number)
    context = {"case": case, "item": item, "form": form}
    return render(request, "collaboration/price/price.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest, ref: str) -> HttpResponse:
    """Propose the tax on a conclusion."""
    rows = PriceConclusion.objects.visible_to(request.actor).select_related("document", "determination__party")
    conclusion = rows.filter(ref=ref).first()
    if conclusion is None or not assessment.may_propose(request.actor, conclusion):
        raise Http404
    posted = request.method == "POST"
    form = AssessForm(request.POST if posted else None, rates=assessment.rates(clock.today()))
    if posted and form.is_valid():
        try:
            key = form_key(request) or reference(16)
            case = assessment.propose(conclusion, actor=request.actor, key=key, **form.cleaned_data)
            return redirect("counter_cases:page", case.number)
        except ValidationError as refusal:
            tables.add(form, refusal)
    context = {"conclusion": conclusion, "form": form, "key": form_key(request) or reference(16)}
    return render(request, "collaboration/price/use.html", context, status=422 if form.errors else 200)
