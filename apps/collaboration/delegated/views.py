"""Pages of delegated collection, the same at each front door: who asks decides what is there (Art 23)."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration import tables
from apps.collaboration.delegated import access, collectors, inspecting, intake, paying, remitting, rows, settling
from apps.collaboration.delegated.forms import (
    CollectorForm,
    FileForm,
    PaidForm,
    PenaltyForm,
    PlanForm,
    TransferForm,
    YearForm,
)
from apps.collaboration.delegated.models import (
    CollectionBatch,
    DelegatedAgreement,
    DelegatedInspection,
    FeeStatement,
    GridCollector,
    Remittance,
    Transfer,
)
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.kernel.workcalendar import clock

SHOWN = 100
MOST_SHOWN = 500  # rows of one batch on its page; its file and the API have all
DOORS = {"": "delegated", "counter": "delegated_counter", "partner": "delegated_partner"}


def at_a_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets taxpayers, tax clerks, officers and grid workers in; for others nothing is there."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        actor = request.actor
        if actor.user is None or (actor.party is None and not actor.front_door) or actor.draft:
            raise Http404
        if actor.front_door == "counter" and not access.tax_staff(actor):
            raise Http404
        if not request.path.startswith(base(actor)):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def base(actor: Actor) -> str:
    """Where these pages begin at the actor's front door."""
    return reverse(f"{DOORS[actor.front_door]}:index", args=[actor.party.ref] if actor.party else [])


def case_path(actor: Actor, case: Case) -> str:
    """The page of a case at the actor's front door."""
    if actor.party is not None:
        return reverse("cases:page", args=[actor.party.ref, case.number])
    return reverse(f"{actor.front_door}_cases:page", args=[case.number])


def found(query, **wanted):
    """The row, or nothing to be seen: foreign and absent are the same."""
    row = query.filter(**wanted).first()
    if row is None:
        raise Http404
    return row


def agreements(actor: Actor):
    """The agreements of the actor with what every page shows of them."""
    return DelegatedAgreement.objects.visible_to(actor).select_related("case__applicant__organisation", "case__office")


def add(form: forms.Form, error: ValidationError) -> None:
    """A use case's refusal, on the fields of the form it names."""
    for name, messages in getattr(error, "message_dict", {"": error.messages}).items():
        form.add_error(name if name in form.fields else None, messages)


def chosen(request: HttpRequest, name: str, form: type[forms.Form]) -> forms.Form:
    """A form, bound when it is the one sent."""
    return form(request.POST if request.POST.get("do") == name else None)


@require_safe
@at_a_door
def index(request: HttpRequest) -> HttpResponse:
    """The collector's agreements, or those its people work under."""
    mine = agreements(request.actor).order_by("-case_id")
    return render(
        request,
        "collaboration/delegated/index.html",
        {"rows": mine[:SHOWN], "base": base(request.actor), "acting": request.actor.party is not None},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_door
def agreement(request: HttpRequest, number: str) -> HttpResponse:
    """One agreement: text and signatures, people, money, papers; and what this reader may do with it."""
    actor = request.actor
    row = found(agreements(actor), case__number=number)
    doing = request.POST.get("do", "")
    given = {
        "collector": chosen(request, "collector", CollectorForm),
        "plan": chosen(request, "plan", PlanForm),
        "fee": chosen(request, "fee", YearForm),
        "paid": chosen(request, "paid", PaidForm),
    }
    form = given.get(doing)
    if request.method == "POST":
        bound = form if form is not None else forms.Form(request.POST)
        if bound.is_valid():
            try:
                _act(doing, row, bound.cleaned_data, request)
                return redirect(request.path)
            except ValidationError as error:
                add(bound, error)
        form = bound
    if actor.party is None:
        log.read(actor=actor, party_id=row.case.applicant_id, what=row.about, purpose=Purpose.DELEGATED)
    context = {
        "agreement": row,
        "base": base(actor),
        "case_url": case_path(actor, row.case)
        if Case.objects.visible_to(actor).filter(pk=row.case_id).exists()
        else "",
        "versions": row.versions.prefetch_related("signatures").select_related("document"),
        "findings": row.findings.all(),
        "people": row.collectors.all(),
        "remittances": row.remittances.select_related("charge")[:SHOWN],
        "batches": row.batches.defer("rows").order_by("-id")[:SHOWN],
        "statements": row.statements.prefetch_related("lines__levy"),
        "inspections": _inspections(row, actor),
        "documents": IssuedDocument.objects.filter(about=row.case.about).order_by("id"),
        "settle_by": settling.settle_by(row),
        "barred": settling.barred(row),
        "forms": given,
        "form": form,
        "today": clock.today(),
        "may": {
            "deliver": access.collects(actor, row) and not settling.barred(row),
            "name": row.case.state == rows.IN_FORCE
            and (access.looks_after(actor, row) or (access.collects(actor, row) and access.signs(actor))),
            "look_after": access.looks_after(actor, row),
            "decide": access.decides(actor, row),
        },
        "key": reference(16),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "collaboration/delegated/agreement.html", context, status=status)


def _inspections(row: DelegatedAgreement, actor: Actor) -> list[tuple[DelegatedInspection, str]]:
    seen = row.inspections.select_related("case").filter(case__in=Case.objects.visible_to(actor)).order_by("-case_id")
    return [(each, case_path(actor, each.case)) for each in seen]


def _act(doing: str, row: DelegatedAgreement, data: dict, request: HttpRequest) -> None:
    actor = request.actor
    if doing == "collector":
        collectors.name(row, actor=actor, **data)
    elif doing == "strike":
        collectors.strike(found(GridCollector.objects.filter(agreement=row), pk=_id(request)), actor)
    elif doing == "plan":
        inspecting.plan(row, actor, key=form_key(request) or reference(16), **data)
    elif doing == "fee":
        paying.compute(row, data["year"], actor)
    elif doing == "confirm":
        paying.confirm(found(FeeStatement.objects.filter(agreement=row), pk=_id(request)), actor)
    elif doing == "paid":
        paying.pay(found(FeeStatement.objects.filter(agreement=row), pk=_id(request)), actor, **data)
    else:
        raise Http404


def _id(request: HttpRequest) -> int:
    given = request.POST.get("id", "")
    if not given.isdecimal():
        raise Http404
    return int(given[:18])


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_door
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """Upload what was collected, with its control totals."""
    row = found(agreements(request.actor), case__number=number)
    if not access.collects(request.actor, row):
        raise Http404
    if settling.barred(row):
        return redirect(f"{base(request.actor)}{row.case.number}/")  # its page says why
    posted = request.method == "POST"
    form = FileForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        try:
            batch = intake.deliver(
                row,
                tables.read(form.cleaned_data["file"], rows.COLUMNS, optional=rows.OPTIONAL, most=intake.MOST_ROWS),
                control_count=form.cleaned_data["control_count"],
                control_total=form.cleaned_data["control_total"],
                actor=request.actor,
                idempotency_key=form_key(request) or reference(16),
            )
            return redirect(f"{base(request.actor)}batches/{batch.ref}/")
        except ValidationError as error:
            add(form, error)
    context = {
        "agreement": row,
        "form": form,
        "key": reference(16),
        "columns": rows.COLUMNS.values(),
        "settle_by": settling.settle_by(row),
        "base": base(request.actor),
    }
    return render(request, "collaboration/delegated/deliver.html", context, status=422 if form.errors else 200)


@require_safe
@at_a_door
def template(request: HttpRequest) -> HttpResponse:
    """An empty file with the right headings."""
    return HttpResponse(
        "\ufeff" + ",".join(rows.COLUMNS.values()) + "\r\n",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="collected.csv"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_door
def batch(request: HttpRequest, ref: str) -> HttpResponse:
    """A batch row by row: taken with receipts, or refused with coded reasons; a refused one may be tried again."""
    seen = CollectionBatch.objects.visible_to(request.actor).select_related(
        "agreement__case__applicant", "agreement__case__office", "replays"
    )
    row = found(seen, ref=ref)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        try:
            again = intake.replay(row, request.actor)
            return redirect(f"{base(request.actor)}batches/{again.ref}/")
        except ValidationError as error:
            add(form, error)
    may = access.collects(request.actor, row.agreement) or access.looks_after(request.actor, row.agreement)
    retried = row.replayed.order_by("id")
    context = {
        "batch": row,
        "form": form,
        "items": row.items.select_related("levy", "receipt", "collector").order_by("id")[:MOST_SHOWN],
        "problems": [{**each, "column": rows.column(each["field"])} for each in row.problems[:MOST_SHOWN]],
        "items_total": row.items.count(),
        "most_shown": MOST_SHOWN,
        "retried": retried,
        "may_replay": may and row.state == "refused" and all(each.state == "refused" for each in retried),
        "base": base(request.actor),
    }
    return render(request, "collaboration/delegated/batch.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_door
def remittance(request: HttpRequest, ref: str) -> HttpResponse:
    """One day's money: by when and why, what came, transfers to state or to confirm, damages with their lines."""
    actor = request.actor
    seen = Remittance.objects.visible_to(actor).select_related(
        "agreement__case__applicant", "agreement__case__office", "charge__levy", "penalty"
    )
    row = found(seen, ref=ref)
    doing = request.POST.get("do", "")
    transfer, penalty = chosen(request, "transfer", TransferForm), chosen(request, "penalty", PenaltyForm)
    form = {"transfer": transfer, "penalty": penalty}.get(doing)
    if request.method == "POST":
        form = form if form is not None else forms.Form(request.POST)
        if form.is_valid():
            try:
                if doing == "transfer":
                    remitting.state_transfer(row, actor=actor, **form.cleaned_data)
                elif doing == "penalty":
                    remitting.impose(row, actor=actor, **form.cleaned_data)
                elif doing in {"found", "not_found"}:
                    stated = found(Transfer.objects.filter(remittance=row), pk=_id(request))
                    remitting.decide_transfer(stated, found=doing == "found", actor=actor)
                else:
                    raise Http404
                return redirect(request.path)
            except ValidationError as error:
                add(form, error)
    rate, parts = remitting.lateness(row)
    context = {
        "remittance": row,
        "agreement": row.agreement,
        "base": base(actor),
        "transfers": row.transfers.select_related("stated_by", "decided_by"),
        "rate": rate,
        "parts": parts,
        "penalty": getattr(row, "penalty", None),
        "transfer_form": transfer,
        "penalty_form": penalty,
        "form": form,
        "late": row.late(clock.today()),
        "acting": actor.party is not None,
        "may": {
            "state": access.collects(actor, row.agreement) and row.outstanding > 0,
            "confirm": access.looks_after(actor, row.agreement),
            "impose": access.decides(actor, row.agreement) and bool(parts) and row.outstanding == 0,
        },
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "collaboration/delegated/remittance.html", context, status=status)
