"""The pages of schools, villages and the assisting department: their lists, who has paid, remind (Art 24)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration.insurance import access, groups, paging
from apps.collaboration.insurance.forms import ListForm
from apps.collaboration.insurance.models import PayerGroup
from apps.kernel.charts import Bar, bar_chart
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key


def _address(request: HttpRequest, group: PayerGroup | None = None) -> str:
    """The page of a list, or of all, at the door the reader came through."""
    actor = request.actor
    space = "insurance" if actor.party is not None else "insurance_partner"
    own = [actor.party.ref] if actor.party is not None else []
    if group is None:
        return reverse(f"{space}:lists", args=own)
    return reverse(f"{space}:group", args=[*own, group.ref])


def _keeper(request: HttpRequest) -> None:
    if not access.keeps_lists(request.actor):
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def lists(request: HttpRequest) -> HttpResponse:
    """The lists so far; hand in another."""
    _keeper(request)
    posted = request.method == "POST"
    form = ListForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        asks_kind=request.actor.party is not None,
    )
    if posted and form.is_valid():
        given = form.cleaned_data
        try:
            group = groups.make(
                groups.read(given["file"]),
                kind=given.get("kind", PayerGroup.Kind.ASSISTED),
                year=given["year"],
                title=given["title"],
                actor=request.actor,
                idempotency_key=form_key(request),
            )
            return redirect(_address(request, group))
        except ValidationError as error:
            paging.add(form, error)
    found = PayerGroup.objects.visible_to(request.actor)
    shown = paging.page(request, found)
    shown["rows"] = [(row, _address(request, row), groups.standing(row)) for row in shown["rows"]]
    context = {"form": form, "key": reference(16), **shown}
    return render(request, "collaboration/insurance/lists.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def group(request: HttpRequest, group: str) -> HttpResponse:
    """One list: who has paid and who has not, and nothing else of anybody; remind the others."""
    _keeper(request)
    row = PayerGroup.objects.visible_to(request.actor).filter(ref=group).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        told = groups.remind(row, actor=request.actor)
        messages.success(request, _("已提醒 %d 人。一周内提醒过的没有重复提醒。") % told)
        return redirect(_address(request, row))
    standing = groups.standing(row)
    bars = [
        Bar(str(_("已缴")), standing["paid"], "done"),
        Bar(str(_("未缴")), standing["unpaid"], "due"),
        Bar(str(_("尚未登记")), standing["waiting"]),
    ]
    context = {
        "group": row,
        "members": row.members.select_related("bill__charge").order_by("id"),
        "standing": standing,
        "chart": bar_chart(bars),
        "back": _address(request),
    }
    return render(request, "collaboration/insurance/group.html", context)


@require_safe
@login_required
def template(request: HttpRequest) -> HttpResponse:
    """An empty list with the right headings."""
    return paging.download(paging.csv_text([["姓名", "证件号码"]]), "list.csv")
