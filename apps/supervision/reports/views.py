"""The public's pages of reports: one question a page, nothing kept on the server before it is sealed (Art 36).

Answers already given travel in the form itself. No page asks who is signed in, and none puts anything into
the session; the receipt stays in a cookie of these pages that ends with the browser or after twenty minutes.
"""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.supervision.reports import files, limits, messages, receipts, reporting
from apps.supervision.reports.forms import (
    ClaimForm,
    FileForm,
    IdentityForm,
    MessageForm,
    ModeForm,
    ReceiptForm,
    WhatForm,
    WhoForm,
)
from apps.supervision.reports.memory import MemoryOnly
from apps.supervision.reports.models import ReportFile
from apps.supervision.reports.reporting import Reporter

PAGES: dict[str, type[forms.Form]] = {"mode": ModeForm, "who": WhoForm, "what": WhatForm, "identity": IdentityForm}
CHECK = "check"
REPORTS_AN_HOUR, RECEIPTS_AN_HOUR = 600, 60
_COOKIE, _PATH, _LASTS = "receipt", "/report/", 20 * 60
_DRAFT_LASTS = 24 * 3600
_signer = signing.TimestampSigner(salt="report receipt")

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Not kept by any browser or proxy; the site's referrer policy already tells other sites nothing."""

    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


def with_receipt(view: View) -> View:
    """For whoever has come back by receipt; everybody else is asked for one."""

    @private
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        reporter = _reporter(request)
        if reporter is None:
            return redirect("report:back")
        response = view(request, reporter, *args, **kwargs)
        if _COOKIE not in response.cookies:
            _remember(request, response, _receipt(request))
        return response

    return wrapped


@require_safe
@private
def start(request: HttpRequest) -> HttpResponse:
    """What a report is, what protects the reporter, and what they must see to themselves."""
    return render(request, "reports/start.html")


@require_http_methods(["GET", "HEAD", "POST"])
@private
def new(request: HttpRequest) -> HttpResponse:
    """The questions one by one, then all answers to check."""
    given = request.POST if request.method == "POST" else None
    if given is None:
        return _ask(request, "mode", ModeForm())
    if "change" in given and given["change"] in PAGES:
        return _ask(request, given["change"], PAGES[given["change"]](initial=given.dict()))
    filled = {slug: PAGES[slug](given) for slug in _pages(given)}
    asked = given.get("page")
    # Pages before the one just answered, and that one, must be right; the first that is not is asked again.
    for slug, form in filled.items():
        if not form.is_valid():
            reached = asked in (slug, CHECK) or _answered(form, given)
            return _ask(request, slug, form if reached else PAGES[slug](initial=given.dict()))
    if asked == CHECK:
        return _submit(request, filled)
    return _check(request, filled)


@require_POST
@private
def kept(request: HttpRequest) -> HttpResponse:
    """The reporter copies the last group from their note: the receipt is kept."""
    receipt = _unsigned(request.POST.get("draft", ""), _DRAFT_LASTS)
    reporter = reporting.come_back(receipt) if receipt else None
    if reporter is None:
        return redirect("report:back")
    if receipts.canonical(request.POST.get("last", "")) != receipt[-receipts.GROUP :]:
        return _show_receipt(request, receipt, wrong=True)
    reporting.confirm_kept(reporter)
    response = redirect("report:mine")
    _remember(request, response, receipt)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@private
def back(request: HttpRequest) -> HttpResponse:
    """Ask for the receipt. Wrong, closed and never given get the same answer."""
    if request.method != "POST":
        return render(request, "reports/back.html", {"form": ReceiptForm(), "failed": "failed" in request.GET})
    if not limits.allowed(request, "receipt", RECEIPTS_AN_HOUR):
        return render(request, "429.html", status=429)
    typed = request.POST.get("receipt", "")[:60]
    if reporting.come_back(typed) is None:
        return redirect(f"{request.path}?failed")
    response = redirect("report:mine")
    _remember(request, response, receipts.canonical(typed))
    return response


@require_safe
@with_receipt
def mine(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """The report as the reporter sees it: where it stands, and the correspondence."""
    return _mine(request, reporter)


@require_POST
@with_receipt
def write(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """Write to the office."""
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _mine(request, reporter, message_form=form, status=400)
    reporting.write(reporter, form.cleaned_data["text"])
    return redirect("report:mine")


@csrf_exempt  # the token is checked below, once the file is sure to stay in memory
def attach(request: HttpRequest) -> HttpResponse:
    """Add a file; it is sealed before it is written anywhere."""
    request.upload_handlers = [MemoryOnly(request)]
    return _attach(request)


@csrf_protect
@require_POST
@with_receipt
def _attach(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            reporting.attach(reporter, form.cleaned_data["file"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("report:mine")
    return _mine(request, reporter, file_form=form, status=400)


@require_safe
@private
def file(request: HttpRequest, ref: str) -> HttpResponse:
    """A file of the reporter's own report; a foreign one and an absent one are not found alike."""
    reporter = _reporter(request)
    found = ReportFile.objects.filter(ref=ref, report=reporter.report).first() if reporter else None
    if found is None:
        raise Http404
    return download(files.label(found, reporter.key), files.content(found, reporter.key))


@require_http_methods(["GET", "HEAD", "POST"])
@with_receipt
def claim(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """Claim the reward offered."""
    reward = reporting.reward(reporter)
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            reporting.claim(reporter, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("report:mine")
    return render(request, "reports/claim.html", {"form": form, "reward": reward}, status=400 if form.is_bound else 200)


@require_POST
@private
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the receipt in this browser and go to a page that says nothing."""
    response = redirect("home")
    response.delete_cookie(_COOKIE, path=_PATH, samesite="Strict")
    response["Clear-Site-Data"] = '"cache"'
    return response


def download(label: files.Label, content: bytes) -> HttpResponse:
    """A file that is saved, never shown inside the portal, and kept by no cache."""
    response = HttpResponse(content, content_type=label.mime)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=label.name)
    response["Cache-Control"] = "no-store"
    return response


def _pages(given) -> list[str]:
    return [slug for slug in PAGES if slug != "identity" or given.get("mode") == "named"]


def _answered(form: forms.Form, given) -> bool:
    return any(name in given for name in form.fields)


def _ask(request: HttpRequest, slug: str, form: forms.Form) -> HttpResponse:
    kept_answers = [
        (name, request.POST[name])
        for other, asked in PAGES.items()
        if other != slug
        for name in asked.base_fields
        if name in request.POST
    ]
    context = {"form": form, "page": slug, "kept": kept_answers, "first": slug == "mode"}
    return render(request, "reports/question.html", context, status=400 if form.is_bound else 200)


def _check(request: HttpRequest, filled: dict[str, forms.Form], error: str = "") -> HttpResponse:
    rows = [
        (slug, bound.label, bound.value() if not hasattr(bound.field, "choices") else _chosen(bound))
        for slug, form in filled.items()
        for bound in form
    ]
    kept_answers = [(bound.name, bound.value()) for form in filled.values() for bound in form]
    context = {"rows": rows, "kept": kept_answers, "error": error, "draft": _signer.sign(receipts.new())}
    return render(request, "reports/check.html", context, status=400 if error else 200)


def _chosen(bound: forms.BoundField) -> str:
    return str(dict(bound.field.choices).get(bound.value(), ""))


def _submit(request: HttpRequest, filled: dict[str, forms.Form]) -> HttpResponse:
    receipt = _unsigned(request.POST.get("draft", ""), _DRAFT_LASTS)
    if receipt is None:
        return _check(request, filled, _("这一页打开得太久了，请再核对一次并提交。"))
    if not limits.allowed(request, "submit", REPORTS_AN_HOUR):
        return render(request, "429.html", status=429)
    content = {**filled["who"].cleaned_data, **filled["what"].cleaned_data}
    try:
        reporting.submit(receipt, content, filled["identity"].cleaned_data if "identity" in filled else None)
    except ValidationError as error:
        return _check(request, filled, " ".join(error.messages))
    return _show_receipt(request, receipt)


def _show_receipt(request: HttpRequest, receipt: str, *, wrong: bool = False) -> HttpResponse:
    context = {"receipt": receipts.grouped(receipt), "draft": _signer.sign(receipt), "wrong": wrong}
    return render(request, "reports/receipt.html", context, status=400 if wrong else 200)


def _mine(
    request: HttpRequest,
    reporter: Reporter,
    *,
    message_form: MessageForm | None = None,
    file_form: FileForm | None = None,
    status: int = 200,
) -> HttpResponse:
    case = reporter.report.case
    steps = [step for step in case.steps.all() if step.public]
    labels = {row.action: row.past for row in case.definition.transitions}
    context = {
        "case": case,
        "steps": [
            (step.at, labels.get(step.action, ""), step.target_office_label if step.action == "transfer" else "")
            for step in steps
        ],
        "messages_said": messages.transcript(reporter.report, reporter.key),
        "files": messages.attachments(reporter.report, reporter.key),
        "message_form": message_form or MessageForm(),
        "file_form": file_form or FileForm(),
        "form": message_form or file_form,
        "reward": reporting.reward(reporter),
        "named": reporter.report.named,
    }
    return render(request, "reports/mine.html", context, status=status)


def _receipt(request: HttpRequest) -> str:
    return _unsigned(request.COOKIES.get(_COOKIE, ""), _LASTS) or ""


def _reporter(request: HttpRequest) -> Reporter | None:
    receipt = _receipt(request)
    return reporting.come_back(receipt) if receipt else None


def _unsigned(value: str, lasts: int) -> str | None:
    try:
        return _signer.unsign(value, max_age=lasts)
    except signing.BadSignature:
        return None


def _remember(request: HttpRequest, response: HttpResponse, receipt: str) -> None:
    response.set_cookie(
        _COOKIE,
        _signer.sign(receipt),
        path=_PATH,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
