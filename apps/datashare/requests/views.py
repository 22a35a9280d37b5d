"""Pages of requests and grants: tax offices ask and hold, departments review, the centre supervises (Art 17)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.datashare import access
from apps.datashare.catalogue import freshness, listing
from apps.datashare.catalogue.forms import SearchForm
from apps.datashare.catalogue.models import Dataset, Sharing
from apps.datashare.requests import asking, granting
from apps.datashare.requests.forms import NarrowForm, RequestForm, RevokeForm
from apps.datashare.requests.models import DataGrant, DataRequest
from apps.datashare.requests.procedure import DATA_REQUEST
from apps.kernel.casework.models import Case
from apps.kernel.charts import Bar, bar_chart
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.kernel.workcalendar import clock

PER_PAGE = 30
FIELDS = "dataset__current__fields"


def page(request: HttpRequest, found, key: str = "id") -> dict:
    """One page of rows, newest first, and where the next begins."""
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(**{f"{key}__lt": int(after[:18])})
    some = list(found.order_by(f"-{key}")[: PER_PAGE + 1])
    return {"rows": some[:PER_PAGE], "next": some[PER_PAGE - 1].pk if len(some) > PER_PAGE else None}


def add(form, error: ValidationError | PermissionDenied) -> None:
    """A use case's refusal, on the fields of the form it names."""
    if isinstance(error, PermissionDenied):
        form.add_error(None, str(error))
        return
    for name, messages in getattr(error, "message_dict", {"": error.messages}).items():
        form.add_error(name if name in form.fields else None, messages)


@require_safe
@access.only(access.asks)
def mine(request: HttpRequest) -> HttpResponse:
    """The requests of one's office."""
    return render(request, "datashare/requests/mine.html", page(request, asking.of_office(request.actor), "case_id"))


@require_safe
@access.only(access.asks)
def choose(request: HttpRequest) -> HttpResponse:
    """Choose an entry of the catalogue to ask for."""
    form = SearchForm(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    found = listing.narrowed(given).exclude(current__sharing=Sharing.NONE)
    rows = listing.page(found, request.GET.get("after"), listing.PER_PAGE)
    asked = request.GET.copy()
    asked["after"] = rows.following or ""
    context = {
        "form": form,
        "rows": [(each, freshness.of(each)) for each in rows.datasets],
        "next": asked.urlencode() if rows.following else "",
    }
    return render(request, "datashare/requests/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.only(access.asks)
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for one entry; the confirmation is the page of the case."""
    dataset = Dataset.objects.published().full().filter(code=code).exclude(current__sharing=Sharing.NONE).first()
    if dataset is None:
        raise Http404
    form = RequestForm(request.POST if request.method == "POST" else None, dataset=dataset)
    if request.method == "POST" and form.is_valid():
        try:
            key = form_key(request) or reference(16)
            case = asking.ask(request.actor, dataset, key=key, **form.cleaned_data)
            return redirect("counter_cases:page", case.number)
        except (ValidationError, PermissionDenied) as error:
            add(form, error)
    context = {
        "form": form,
        "dataset": dataset,
        "version": dataset.current,
        "freshness": freshness.of(dataset),
        "key": form_key(request) or reference(16),
    }
    return render(request, "datashare/requests/ask.html", context, status=422 if form.errors else 200)


@require_safe
@access.only(access.asks)
def grants(request: HttpRequest) -> HttpResponse:
    """The grants of one's office, with their last use."""
    held = (
        DataGrant.objects.held_by(request.actor.office)
        .with_use()
        .select_related("dataset__current")
        .prefetch_related(FIELDS)
    )
    return render(request, "datashare/requests/grants.html", page(request, held))


@require_safe
@access.only(access.asks)
def grant(request: HttpRequest, ref: str) -> HttpResponse:
    """One grant of one's office: what it reaches and what became of it."""
    row = _one(DataGrant.objects.held_by(request.actor.office), ref)
    return render(request, "datashare/requests/grant.html", {"grant": row, "events": granting.history(row)})


@require_safe
@access.only(access.provides)
def received(request: HttpRequest) -> HttpResponse:
    """Requests at the department or the centre: what waits for it, and what it has dealt with."""
    seen = Case.objects.visible_to(request.actor).filter(procedure=DATA_REQUEST.code)
    here = list(seen.open().filter(office=request.actor.office).with_due().order_by("due_at", "pk")[:PER_PAGE])
    details = DataRequest.objects.select_related("dataset__current", "office").in_bulk([case.pk for case in here])
    counted = dict(seen.values_list("state").annotate(Count("pk")))
    bars = [
        Bar(str(state.label), counted[state.code], "due" if state.tone == "due" else "")
        for state in DATA_REQUEST.states
        if counted.get(state.code)
    ]
    context = {
        "here": [(case, details[case.pk]) for case in here],
        "chart": bar_chart(bars),
        "supervises": access.supervises(request.actor),
        **page(
            request,
            DataRequest.objects.filter(case__in=seen).select_related("case", "dataset__current", "office"),
            "case_id",
        ),
    }
    return render(request, "datashare/requests/received.html", context)


@require_safe
@access.only(access.provides)
def supervise(request: HttpRequest) -> HttpResponse:
    """Grants on one's data, or all of them to the centre: live, unused, ended."""
    which = request.GET.get("which", "")
    found = DataGrant.objects.visible_to(request.actor)
    idle = granting.unused().values("pk")
    today = clock.today()
    live = Q(pk__in=DataGrant.objects.live().values("pk"))
    counts = found.aggregate(
        live=Count("pk", filter=live),
        unused=Count("pk", filter=Q(pk__in=idle)),
        ended=Count("pk", filter=Q(revoked_at__isnull=True, valid_until__lt=today)),
        revoked=Count("pk", filter=Q(revoked_at__isnull=False)),
    )
    if which == "unused":
        found = found.filter(pk__in=idle)
    elif which == "live":
        found = found.filter(live)
    bars = [
        Bar(_("有效"), counts["live"]),
        Bar(_("其中闲置"), counts["unused"], "due"),
        Bar(_("已到期"), counts["ended"]),
        Bar(_("已撤销"), counts["revoked"]),
    ]
    context = {
        "which": which,
        "chart": bar_chart(bars),
        "days": granting.unused_days(),
        **page(request, found.with_use().select_related("dataset__current", "office").prefetch_related(FIELDS)),
    }
    return render(request, "datashare/requests/supervise.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.only(access.provides)
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """One grant: narrow it or end it now."""
    row = _one(DataGrant.objects.visible_to(request.actor), ref)
    doing = request.POST.get("do") if request.method == "POST" else None
    narrow = NarrowForm(request.POST if doing == "narrow" else None, grant=row)
    revoke = RevokeForm(request.POST if doing == "revoke" else None)
    form = {"narrow": narrow, "revoke": revoke}.get(doing)
    if form is not None and form.is_valid():
        try:
            if form is narrow:
                granting.narrow(row, request.actor, **form.cleaned_data)
            else:
                granting.revoke(row, request.actor, **form.cleaned_data)
            return redirect("data_partner:grant", ref)
        except (ValidationError, PermissionDenied) as error:
            add(form, error)
    context = {
        "grant": row,
        "events": granting.history(row),
        "accesses": row.accesses.select_related("user", "case").order_by("-id")[:PER_PAGE],
        "form": form,
        "narrow": narrow,
        "revoke": revoke,
        "open": row.is_live and granting.may_change(row, request.actor),
    }
    return render(
        request, "datashare/requests/change.html", context, status=422 if form is not None and form.errors else 200
    )


def _one(found, ref: str) -> DataGrant:
    row = (
        found.with_use()
        .select_related("dataset__current", "dataset__provider", "office", "case")
        .filter(ref=ref)
        .first()
    )
    if row is None:
        raise Http404
    return row
