"""Pages of a return: choose a period, go through the figures, see the computation, check, submit (Arts 8, 11).

Each page is one door to one use case; everything decided here is which page comes next.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.kernel.rules.calculators import InvalidInputs
from apps.services.filing import batches, charging, circumstances, computation, corrected, drafts, kinds, straight
from apps.services.filing import periods as period_rows
from apps.services.filing.forms import AddRateForm, DeclareForm, DisputeForm
from apps.services.filing.kinds import property_behaviour
from apps.services.filing.models import Return, ReturnFigure
from apps.services.filing.procedure import CODES, SUPPLEMENT

GET_POST = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    """What is to be filed, of every kind, with due dates; overdue ones marked."""
    own = kinds.open_to(request.actor)
    if not own:
        raise PermissionDenied(_("这里没有您可以办理的申报：自然人不在这里申报，或者您的授权不包括申报事项。"))
    rows = period_rows.rows(request.actor)
    context = {
        "to_file": [row for row in rows if row.in_force is None],
        "filed": [row for row in rows if row.in_force is not None],
        "overdue": sum(row.overdue for row in rows),
        "has_sources": any(kind.procedure == property_behaviour.PROCEDURE for kind in own),
        "is_agency": batches.is_agency(request.actor),
    }
    return render(request, "services/filing/periods.html", context)


@login_required
@require_POST
def begin(request: HttpRequest, kind: str, period: str) -> HttpResponse:
    """Open the period's return, or go on with the one under way."""
    return _open(request, kind, period, correct=False)


@login_required
@require_http_methods(GET_POST)
def correct(request: HttpRequest, kind: str, period: str) -> HttpResponse:
    """Say what a correction does, then open it."""
    if request.method == "POST":
        return _open(request, kind, period, correct=True)
    in_force = Return.objects.filter(
        party=request.actor.party, kind=kind, period=period, standing=Return.Standing.IN_FORCE
    ).select_related("case")
    before = in_force.first()
    if before is None or not kinds.get(kind).within(request.actor):
        raise Http404
    return render(request, "services/filing/correct.html", {"before": before})


@login_required
@require_safe
def figures(request: HttpRequest, number: str) -> HttpResponse:
    """Every figure with its source and date, confirmed or not yet."""
    case, tax_return = _draft(request, number)
    if tax_return is None:
        return redirect("filing:done", request.actor.party.ref, number)
    sheet, changes = tax_return.sheet, drafts.changes(tax_return)
    fresh = corrected.newer(changes)
    context = {
        "case": case,
        "tax_return": tax_return,
        "sheet": [(row, fresh.get(row.code)) for row in sheet],
        "open_figures": [row for row in sheet if not row.confirmed],
        "changes": changes,
        "circumstances": circumstances.altered(tax_return),
        "way": straight.way(tax_return),
        "key": reference(16),
        **_outlook(tax_return),
    }
    return render(request, "services/filing/figures.html", context)


@login_required
@require_POST
def file(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm everything and submit in one go. A second click finds the return submitted and shows it."""
    case, tax_return = _draft(request, number)
    if tax_return is None:
        return redirect("filing:done", request.actor.party.ref, number)
    try:
        straight.file(case, request.actor, idempotency_key=form_key(request))
    except cases.NotOpen:
        return redirect("filing:done", request.actor.party.ref, number)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("filing:figures", request.actor.party.ref, number)
    return redirect("filing:done", request.actor.party.ref, number)


@login_required
@require_http_methods(GET_POST)
def discard(request: HttpRequest, number: str) -> HttpResponse:
    """Ask, then give the draft up."""
    case = _case(request, number)
    if case.definition.transition("discard", case.state) is None:
        raise Http404
    if request.method == "POST":
        drafts.discard(case, request.actor)
        messages.success(request, _("草稿已放弃，随时可以重新开始。"))
        return redirect("filing:periods", request.actor.party.ref)
    return render(request, "services/filing/discard.html", {"case": case})


@login_required
@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm the figures as they are: one by its button, or all that are open."""
    case, tax_return = _draft(request, number)
    if tax_return is None:
        return redirect("filing:done", request.actor.party.ref, number)
    code = request.POST.get("code")
    try:
        drafts.confirm(case, request.actor, [code] if code else None)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("filing:figures", request.actor.party.ref, number)
    return redirect("filing:figures" if code else "filing:computed", request.actor.party.ref, number)


@login_required
@require_POST
def refresh(request: HttpRequest, number: str) -> HttpResponse:
    """Take newer data over, of one figure or of all."""
    case, tax_return = _draft(request, number)
    if tax_return is not None:
        try:
            drafts.refresh(case, request.actor, request.POST.get("code", ""))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("预填数据已更新，请重新确认有变化的项目。"))
    return redirect("filing:figures", request.actor.party.ref, number)


@login_required
@require_http_methods(GET_POST)
def figure(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """One question: what is to be declared here?"""
    case, tax_return = _draft(request, number)
    if tax_return is None:
        return redirect("filing:done", request.actor.party.ref, number)
    row = _figure(tax_return, code)
    form = DeclareForm(request.POST or None, initial={"declared": row.value, "reason": row.reason})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if _carried_out(form, drafts.declare, case, request.actor, code, data["declared"], data["reason"]):
            return redirect("filing:figures", request.actor.party.ref, number)
    return _question(request, "services/filing/figure.html", case, form, row=row, before=_before(tax_return, code))


@login_required
@require_http_methods(GET_POST)
def dispute(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The imported value is wrong: what should it be, and why?"""
    case, tax_return = _draft(request, number)
    if tax_return is None:
        return redirect("filing:done", request.actor.party.ref, number)
    row = _figure(tax_return, code)
    if row.imported is None:
        raise Http404
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if _carried_out(form, drafts.dispute, case, request.actor, code, data["claimed"], data["reason"]):
            messages.success(request, _("异议已记录。本期按您填写的金额申报，预填数仍保留备查。"))
            return redirect("filing:figures", request.actor.party.ref, number)
    return _question(request, "services/filing/dispute.html", case, form, row=row)


@login_required
@require_http_methods(GET_POST)
def add_rate(request: HttpRequest, number: str) -> HttpResponse:
    """Sales at a rate that is not on the sheet yet."""
    case, tax_return = _draft(request, number)
    if tax_return is None:
        return redirect("filing:done", request.actor.party.ref, number)
    if not any(row.kind == ReturnFigure.Kind.SALES for row in tax_return.figures.all()):
        raise Http404
    form = AddRateForm(request.POST or None, tax_return=tax_return)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if _carried_out(form, drafts.add_rate, case, request.actor, data["rate"], data["declared"], data["reason"]):
            return redirect("filing:figures", request.actor.party.ref, number)
    return _question(request, "services/filing/add.html", case, form)


@login_required
@require_safe
def computed(request: HttpRequest, number: str) -> HttpResponse:
    """What it comes to: every amount opens to its formula, numbers and clause."""
    case, tax_return = _draft(request, number)
    if tax_return is None:
        return redirect("filing:done", request.actor.party.ref, number)
    try:
        outlook = computation.outlook(tax_return)
    except InvalidInputs as error:
        messages.error(request, " ".join(error.messages))
        return redirect("filing:figures", request.actor.party.ref, number)
    context = {
        "case": case,
        "tax_return": tax_return,
        **vars(outlook),
    }
    return render(request, "services/filing/computed.html", context)


@login_required
@require_http_methods(GET_POST)
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Check everything once more, then submit. A second click finds the return submitted and shows it."""
    case, tax_return = _draft(request, number)
    if tax_return is None:
        return redirect("filing:done", request.actor.party.ref, number)
    supplement = case.state == SUPPLEMENT
    errors = _submitted(request, case, "supply" if supplement else "submit") if request.method == "POST" else {}
    if errors is None:
        return redirect("filing:done", request.actor.party.ref, number)
    try:
        outlook = computation.outlook(tax_return)
    except InvalidInputs as error:
        messages.error(request, " ".join(error.messages))
        return redirect("filing:figures", request.actor.party.ref, number)
    context = {
        "case": case,
        "tax_return": tax_return,
        "sheet": tax_return.sheet,
        **vars(outlook),
        "supplement": supplement,
        "errors": errors,
        "page_error": bool(errors),
        "key": reference(16),
    }
    return render(request, "services/filing/check.html", context, status=422 if errors else 200)


@login_required
@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    """The number, what happens next and by when; what is to be paid and where."""
    case = _case(request, number)
    if case.state == procedures.DISCARDED:
        return redirect(case)
    if case.standing.waits_for_applicant or case.submitted_at is None:
        return redirect("filing:figures", request.actor.party.ref, number)
    tax_return = case.detail
    charges = charging.outstanding(tax_return)
    to_pay = sum((row.outstanding for row in charges), computation.NOTHING)
    context = {
        "case": case,
        "tax_return": tax_return,
        "running": case.clocks.filter(stopped_at__isnull=True),
        "charges": charges,
        "to_pay": to_pay,
        "late_fee": computation.late_fee(tax_return, to_pay),
        "trace": tax_return.trace.all(),
    }
    return render(request, "services/filing/done.html", context)


def _submitted(request: HttpRequest, case: Case, action: str) -> dict[str, list[str]] | None:
    """Submit the return; what stands in the way by field, or None once it is submitted, now or before."""
    row = case.definition.transition(action, case.state)
    form = (row.form or Form)(request.POST)
    if not form.is_valid():
        return dict(form.errors)
    try:
        key = form_key(request)
        cases.perform(case, action, request.actor, idempotency_key=key, **form.cleaned_data)
    except cases.NotOpen:
        return None
    except ValidationError as error:
        return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return None


def _outlook(tax_return: Return) -> dict:
    """What the figures come to as they stand, if they can be computed already."""
    try:
        return vars(computation.outlook(tax_return))
    except InvalidInputs:
        return {}


def _open(request: HttpRequest, kind: str, period: str, *, correct: bool) -> HttpResponse:
    try:
        case = drafts.begin(request.actor, kind, period, correct=correct)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("filing:periods", request.actor.party.ref)
    return redirect("filing:figures", request.actor.party.ref, case.number)


def _case(request: HttpRequest, number: str) -> Case:
    """The return's case if the actor may see it; foreign and absent ones are the same 404."""
    case = (
        Case.objects.visible_to(request.actor)
        .filter(procedure__in=CODES, number=number)
        .select_related("applicant", "office")
        .first()
    )
    if case is None:
        raise Http404
    return case


def _draft(request: HttpRequest, number: str) -> tuple[Case, Return | None]:
    """The case and its return while the taxpayer may still change it, otherwise None."""
    case = _case(request, number)
    open_ = case.state == procedures.DRAFT or case.standing.waits_for_applicant
    if not open_:
        return case, None
    detail = Return.objects.select_related("party__organisation", "replaces", "case").prefetch_related(
        "figures__disputes", "figures__detail"
    )
    return case, detail.get(case=case)


def _figure(tax_return: Return, code: str) -> ReturnFigure:
    try:
        return drafts.figure_of(tax_return, code)
    except ValidationError as error:
        raise Http404 from error


def _before(tax_return: Return, code: str) -> ReturnFigure | None:
    """The same figure of the return a correction replaces."""
    if tax_return.replaces is None:
        return None
    return next((row for row in tax_return.replaces.figures.all() if row.code == code), None)


def _carried_out(form: Form, use_case, *args) -> bool:
    """Run a use case; what it refuses is shown beside the fields."""
    try:
        use_case(*args)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _question(request: HttpRequest, template: str, case: Case, form: Form, **context) -> HttpResponse:
    return render(request, template, {"case": case, "form": form, **context}, status=422 if form.errors else 200)
