"""Staff pages of reports: the key box, the reports it opens, the custodian's decisions (Art 36)."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.parties.models import Role
from apps.supervision.reports import boxes, custody, handling, keys, rewards, vault
from apps.supervision.reports.boxes import Opened
from apps.supervision.reports.forms import (
    FileForm,
    GrantForm,
    IdentityRequestForm,
    MessageForm,
    NewBoxForm,
    PassphraseForm,
)
from apps.supervision.reports.memory import MemoryOnly
from apps.supervision.reports.models import Report, ReportFile
from apps.supervision.reports.procedure import TransferForm
from apps.supervision.reports.views import download

View = Callable[..., HttpResponse]
_WAYS = ["GET", "HEAD", "POST"]


def for_holders(view: View) -> View:
    """Staff who may hold a key box; for everybody else these pages are not there."""

    @login_required
    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not boxes.may_hold(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


def with_key(view: View) -> View:
    """For holders whose box is open now; the others are asked for their passphrase."""

    @for_holders
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        opened = vault.opened(request)
        if opened is None:
            return redirect("reports_counter:box")
        return view(request, opened, *args, **kwargs)

    return wrapped


@require_safe
@for_holders
def index(request: HttpRequest) -> HttpResponse:
    """What this person can open: reports, requests for identities, claims."""
    actor = request.actor
    context = {
        "opened": vault.opened(request),
        "box": boxes.of(actor),
        "reports": Report.objects.readable_by(actor).select_related("case").order_by("-case_id")[:200],
        "custodian": Role.CUSTODIAN in actor.roles,
        "requests": custody.decidable_by(actor)[:100],
        "claims": rewards.of_custodian(actor)[:100],
    }
    return render(request, "reports/index.html", context)


@require_http_methods(_WAYS)
@for_holders
def box(request: HttpRequest) -> HttpResponse:
    """Open one's key box."""
    if boxes.of(request.actor) is None:
        return redirect("reports_counter:make")
    form = PassphraseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            opened = boxes.unlock(request.actor, form.cleaned_data["passphrase"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            keys.share(request.actor, opened)
            response = redirect("reports_counter:index")
            vault.keep(request, response, opened)
            return response
    return render(request, "reports/box.html", {"form": form}, status=400 if form.is_bound else 200)


@require_http_methods(_WAYS)
@for_holders
def make(request: HttpRequest) -> HttpResponse:
    """Make a key box, or a new one when the passphrase is forgotten."""
    form = NewBoxForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            boxes.make(request.actor, form.cleaned_data["passphrase"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            flash.success(request, _("密钥箱已经建立。同组同事下次打开密钥箱时，会把已有的检举为您重新封装。"))
            return redirect("reports_counter:box")
    context = {"form": form, "again": boxes.of(request.actor) is not None}
    return render(request, "reports/make.html", context, status=400 if form.is_bound else 200)


@require_POST
@for_holders
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the box."""
    response = redirect("reports_counter:index")
    vault.forget(request, response)
    return response


@require_http_methods(_WAYS)
@with_key
def report(request: HttpRequest, opened: Opened, number: str) -> HttpResponse:
    """One report in plain; answering it is on the same page."""
    found = _report(request, number)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        handling.answer(found, request.actor, opened, form.cleaned_data["text"])
        return redirect("reports_counter:report", number)
    return _report_page(request, opened, found, form=form, status=400 if form.is_bound else 200)


@csrf_exempt  # the token is checked below, once the file is sure to stay in memory
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Send a file to the reporter."""
    request.upload_handlers = [MemoryOnly(request)]
    return _attach(request, number)


@csrf_protect
@require_POST
@with_key
def _attach(request: HttpRequest, opened: Opened, number: str) -> HttpResponse:
    found = _report(request, number)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            handling.attach(found, request.actor, opened, form.cleaned_data["file"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("reports_counter:report", number)
    return _report_page(request, opened, found, file_form=form, status=400)


@require_safe
@with_key
def file(request: HttpRequest, opened: Opened, number: str, ref: str, copy: str) -> HttpResponse:
    """A file of a report: the cleaned copy, or the original as evidence."""
    found = get_object_or_404(ReportFile.objects.select_related("report"), ref=ref, report=_report(request, number))
    if copy not in ("cleaned", "original"):
        raise Http404
    return download(*handling.open_file(found, request.actor, opened, copy))


@require_http_methods(_WAYS)
@with_key
def transfer(request: HttpRequest, opened: Opened, number: str) -> HttpResponse:
    """Hand the report to the office in charge, without the identity."""
    found = _report(request, number)
    form = TransferForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            handling.transfer(found, request.actor, opened, **form.cleaned_data)
        except (ValidationError, PermissionDenied) as error:
            form.add_error(None, getattr(error, "messages", None) or str(error))
        else:
            flash.success(request, _("已提出移送，等待对方接收。"))
            return redirect("reports_counter:index")
    context = {"form": form, "case": found.case}
    return render(request, "reports/transfer.html", context, status=400 if form.is_bound else 200)


@require_http_methods(_WAYS)
@with_key
def identity(request: HttpRequest, opened: Opened, number: str) -> HttpResponse:
    """Who reported, when a custodian has approved it; asking for it otherwise."""
    found = _report(request, number)
    form = IdentityRequestForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            custody.ask(found, request.actor, form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("reports_counter:identity", number)
    known = None
    requests = found.identity_requests.filter(asked_by=request.actor.user)
    if requests.open_now().exists():
        known = handling.identity(found, request.actor, opened)
    context = {"case": found.case, "form": form, "known": known, "requests": requests, "named": found.named}
    context["may_ask"] = found.named and known is None and not requests.waiting().exists()
    return render(request, "reports/identity.html", context, status=400 if form.is_bound else 200)


@require_http_methods(_WAYS)
@with_key
def decide(request: HttpRequest, opened: Opened, ref: str) -> HttpResponse:
    """A custodian approves or refuses."""
    found = get_object_or_404(custody.decidable_by(request.actor), ref=ref)
    error = ""
    if request.method == "POST":
        try:
            if "approve" in request.POST:
                custody.approve(found, request.actor, opened)
            else:
                custody.refuse(found, request.actor)
        except (ValidationError, PermissionDenied) as refused:
            error = " ".join(getattr(refused, "messages", None) or [str(refused)])
        else:
            return redirect("reports_counter:index")
    context = {"asked": found, "hours": custody.OPEN_FOR.seconds // 3600, "error": error}
    return render(request, "reports/decide.html", context, status=400 if error else 200)


@require_http_methods(_WAYS)
@with_key
def grant(request: HttpRequest, opened: Opened, number: str) -> HttpResponse:
    """A custodian sees who claims a reward and grants it."""
    reward = get_object_or_404(rewards.of_custodian(request.actor), report__case__number=number)
    form = GrantForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            rewards.grant(reward, request.actor, form.cleaned_data["amount"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("reports_counter:index")
    context = {"reward": reward, "payee": rewards.payee(reward, request.actor, opened), "form": form}
    return render(request, "reports/grant.html", context, status=400 if form.is_bound else 200)


def _report(request: HttpRequest, number: str) -> Report:
    return get_object_or_404(Report.objects.readable_by(request.actor).select_related("case"), case__number=number)


def _report_page(
    request: HttpRequest,
    opened: Opened,
    found: Report,
    *,
    form: MessageForm | None = None,
    file_form: FileForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "report": found,
        "case": found.case,
        "said": handling.read(found, request.actor, opened),
        "may_transfer": handling.may_transfer(found, request.actor),
        "message_form": form or MessageForm(),
        "file_form": file_form or FileForm(),
        "form": file_form or form,
    }
    return render(request, "reports/report.html", context, status=status)
