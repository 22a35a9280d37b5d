"""Pages of any registered procedure: start, fill, check, submit, follow, act.

The same views serve the three front doors; who asks decides what is there (``visible_to``) and what
may be done (``available_actions``).
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework import asking, cases, clocks, custody, desk, handover, listing, page_parts, procedures, rights
from apps.kernel.casework import papers as case_papers
from apps.kernel.casework.answers import answer
from apps.kernel.casework.models import Case, Clock
from apps.kernel.casework.procedures import DRAFT, Page, Procedure
from apps.kernel.casework.templatetags.casework import unit_label
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.forms import Undecided, add_refusal
from apps.kernel.ledger import certificates
from apps.kernel.notifications import inbox
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock as time


@require_safe
def start(request: HttpRequest, code: str) -> HttpResponse:
    """The start page of a matter: who may apply, papers, minutes, cost, clock, other ways, clause."""
    procedure = _procedure(code)
    return render(
        request, "casework/start.html", {"procedure": procedure, "terms": _terms(procedure), "key": reference(16)}
    )


@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Open a draft and go to its first page."""
    procedure = _procedure(code)
    if procedure.entry:
        return redirect(procedure.entry, request.actor.party.ref)
    case = cases.open_case(procedure, request.actor, {}, idempotency_key=form_key(request, code))
    return redirect("cases:fill", request.actor.party.ref, case.number, procedure.pages[0].slug)


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """One page of the application form; what is typed is kept on the draft."""
    case = _case(request, number)
    procedure, detail = case.definition, case.detail
    page, following = _page(procedure, slug)
    form_class = modelform_factory(
        procedure.detail, form=Undecided, fields=page.fields, formfield_callback=asking.column_field
    )
    form = form_class(request.POST or None, request.FILES or None, instance=detail)
    if request.method == "POST" and form.is_valid():
        try:
            cases.save_draft(case, request.actor, form.cleaned_data)
        except ValidationError as error:  # submitted meanwhile, or in a clerk's hands
            messages.warning(request, " ".join(error.messages))
            return redirect("cases:page", case.applicant.ref, case.number)
        if "check" in request.GET or (following is None and not procedure.papers):
            return redirect("cases:check", case.applicant.ref, case.number)
        if following is None:
            return redirect("cases:papers", case.applicant.ref, case.number)
        return redirect("cases:fill", case.applicant.ref, case.number, following.slug)
    status = 422 if form.errors else 200
    return render(request, "casework/fill.html", {"case": case, "page": page, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Check the answers, each with a way to change it, then submit."""
    case = _case(request, number)
    if case.definition.check:
        return redirect(case.definition.check, request.actor.party.ref, number)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            cases.perform(case, "submit", request.actor, idempotency_key=form_key(request))
            return redirect("cases:done", case.applicant.ref, case.number)
        except cases.NotOpen:
            return redirect("cases:page", case.applicant.ref, case.number)
        except ValidationError as error:
            errors = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    context = {
        "case": case,
        "answers": _answers(case),
        "papers": case_papers.rows(case, request.actor) if case.definition.papers else [],
        "errors": errors,
        "page_error": bool(errors),
        "key": reference(16),
    }
    return render(request, "casework/check.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, number: str, door: str = "") -> HttpResponse:
    """The papers of a case: use what is held, leave out what is fetched, hand in the rest."""
    _pass(request, door)
    case = _case(request, number)
    if not rights.may_attach(case, request.actor):
        messages.warning(request, _("该事项现在不能增减材料。"))
        return redirect(_path(request, case))
    error = ("", "")
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        try:
            if "remove" in request.POST:
                cases.detach(case, request.POST["remove"], request.actor)
            else:
                held = request.POST.get("held", "")
                cases.attach(case, kind, request.actor, file=request.FILES.get("file"), held=held)
            return redirect(request.path)
        except ValidationError as refusal:
            error = (kind, " ".join(refusal.messages))
    rows = case_papers.rows(case, request.actor)
    for row in rows:
        row.error = error[1] if row.paper.kind == error[0] else ""
    context = {
        "case": case,
        "rows": rows,
        "error": error[1],
        "error_at": next((row.paper.kind for row in rows if row.error), ""),
        "page_error": bool(error[1]),
        "back": _path(request, case),
        "staff": request.actor.party is None,
    }
    return render(request, "casework/papers.html", context, status=422 if error[1] else 200)


@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    """Confirmation: the number, what happens next and by when."""
    case = _case(request, number)
    if case.state == DRAFT:
        return redirect("cases:check", case.applicant.ref, case.number)
    return render(request, "casework/done.html", {"case": case, "running": _running(case)})


@require_safe
def case_list(request: HttpRequest, door: str = "") -> HttpResponse:
    """My cases, newest first, by key."""
    _pass(request, door)
    after, part = request.GET.get("after", "")[:18], request.GET.get("part", "")
    after = after if after.isdecimal() else ""
    if part in desk.PARTS and request.actor.office is not None:
        return render(request, "casework/list.html", listing.on_desk(request.actor, part, after))
    return render(request, "casework/list.html", listing.own(request.actor, after))


@require_safe
def page(request: HttpRequest, number: str, door: str = "") -> HttpResponse:
    """One case: timeline, who has it, clocks, letters, what can be done."""
    _pass(request, door)
    case = _case(request, number)
    return render(request, "casework/page.html", _page_context(request, case))


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, action: str, door: str = "") -> HttpResponse:
    """Ask what an action needs, then do it."""
    _pass(request, door)
    case = _case(request, number)
    row = next((row for row in rights.available_actions(case, request.actor) if row.action == action), None)
    if row is None:
        barred = {row.action: reason for row, reason in rights.barred_actions(case, request.actor)}
        messages.warning(request, barred.get(action) or _("这个操作现在不能进行，页面已更新为最新状态。"))
        return redirect(_path(request, case))
    posted = request.method == "POST"
    form = asking.form_of(row, case, *((request.POST, request.FILES) if posted else ()))
    if posted and form.is_valid():
        try:
            key = form_key(request)
            cases.perform(case, action, request.actor, idempotency_key=key, **form.cleaned_data)
        except (ValidationError, PermissionDenied) as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("已完成：%(action)s。") % {"action": row.label})
            return redirect(_afterwards(request, case))
    context = {
        "case": case,
        "row": row,
        "form": form,
        "key": reference(16),
        "back": _path(request, case),
        "detail": _answers(case),
    }
    return render(request, "casework/act.html", context, status=422 if form.errors else 200)


def _page_context(request: HttpRequest, case: Case) -> dict:
    staff = request.actor.party is None
    procedure = case.definition
    steps = case.steps.all() if staff else case.steps.filter(public=True)
    if staff and case.applicant_id is not None:
        log.read(actor=request.actor, party_id=case.applicant_id, what=case.about, purpose=Purpose.CASEWORK)
    return {
        "case": case,
        "procedure": procedure,
        "standing": case.standing,
        "steps": steps.select_related("case"),
        "custodies": case.custodies.select_related("office").filter(refused_at__isnull=True),
        "offer": custody.pending(case) if procedure.transition("receive", case.state) else None,
        "clocks": [_clock_row(row) for row in case.clocks.prefetch_related("pauses")],
        "documents": [*IssuedDocument.objects.filter(about=case.about), *certificates.issued_about(case.about)],
        "answers": _answers(case),
        "papers": [row for row in case_papers.rows(case, request.actor) if row.attached],
        "may_attach": rights.may_attach(case, request.actor),
        "actions": rights.available_actions(case, request.actor),
        "barred": rights.barred_actions(case, request.actor),
        "staff": staff,
        "sent": inbox.sent_about(case.about) if staff else [],
        "base_path": _path(request, case),
        "parts": list(page_parts.of(case, request.actor)),
        "holder": handover.holder(case) if case.state == DRAFT else None,
    }


def _clock_row(row: Clock) -> dict:
    now = time.now()
    return {
        "clock": row,
        "total": clocks.length(row),
        "unit": unit_label(clocks.counted_in(row)),
        "used": clocks.used(row, now),
        "paused": any(pause.ended_at is None for pause in row.pauses.all()) and row.stopped_at is None,
        "overdue": row.due_at < (row.stopped_at or now),
        "lines": clocks.explain(row),
    }


def _running(case: Case) -> list[dict]:
    return [_clock_row(row) for row in case.clocks.filter(stopped_at__isnull=True).prefetch_related("pauses")]


def _answers(case: Case) -> list[dict]:
    """The rows of the check page: label, shown value, and the page to change it on."""
    detail = case.detail
    return [
        {**answer(detail, name), "slug": page.slug, "name": name}
        for page in case.definition.pages
        for name in page.fields
    ]


def _terms(procedure: Procedure) -> list:
    today = time.today()

    return [(spec, terms.term(spec.term, today)) for spec in procedure.clocks]


def _procedure(code: str) -> Procedure:
    try:
        procedure = procedures.get(code)
    except KeyError as error:
        raise Http404 from error
    if procedure.whole:
        raise Http404
    return procedure


def _page(procedure: Procedure, slug: str) -> tuple[Page, Page | None]:
    for index, page in enumerate(procedure.pages):
        if page.slug == slug:
            return page, procedure.pages[index + 1] if index + 1 < len(procedure.pages) else None
    raise Http404


def _case(request: HttpRequest, number: str) -> Case:
    """The case, if the actor may see it; foreign and absent cases are the same 404."""
    found = (
        Case.objects.visible_to(request.actor).select_related("applicant", "office", "handler").filter(number=number)
    )
    case = found.first()
    if case is None:
        raise Http404
    return case


def _path(request: HttpRequest, case: Case) -> str:
    """The case page at the front door the request came through."""
    if request.actor.party is not None:
        return reverse("cases:page", args=[request.actor.party.ref, case.number])
    return reverse(f"{request.actor.front_door}_cases:page", args=[case.number])


def _afterwards(request: HttpRequest, case: Case) -> str:
    """The case page, or the list where the step itself took the case out of the actor's hands."""
    if Case.objects.visible_to(request.actor).filter(pk=case.pk).exists() or request.actor.party is not None:
        return _path(request, case)
    return reverse(f"{request.actor.front_door}_cases:list")


def _pass(request: HttpRequest, door: str) -> None:
    """Each front door is closed to whoever does not work there."""
    if request.actor.front_door != door:
        raise Http404
