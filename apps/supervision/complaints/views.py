"""The one place to complain, open to everybody: with a name or without, and following by receipt (Art 31)."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.casework.models import Case
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock
from apps.supervision.complaints import appeals, receipts, throttle
from apps.supervision.complaints.forms import ComplaintForm, FollowForm
from apps.supervision.complaints.procedure import ANONYMOUS

FOLLOWED = "followed_complaint"  # which complaint this browser has shown the receipt of
TERMS = (
    "complaint-accept",
    "complaint-fast-lane",
    "complaint-handle-manner",
    "complaint-handle-quality",
    "complaint-review",
)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What to complain about and how, the terms, and both ways in."""
    on = clock.today()
    return render(request, "complaints/about.html", {"terms": [terms.term(code, on) for code in TERMS]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def anonymous(request: HttpRequest) -> HttpResponse:
    """Complain without signing in; the receipt is shown in this answer and nowhere else."""
    form = ComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            throttle.check(request, "complain")
            key = form_key(request) or reference(16)
            given = receipts.complain(form.cleaned_data, key=key)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return render(request, "complaints/given.html", {"given": given})
    context = {"form": form, "key": reference(16)}
    return render(request, "complaints/anonymous.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Show number and receipt to see the complaint."""
    form = FollowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            throttle.check(request, "follow")
            case = receipts.find(**form.cleaned_data)
            if case is None:
                raise ValidationError(_("编号或者回执码不正确。请对照提交时显示的内容重填。"))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            request.session[FOLLOWED] = case.number
            return redirect("complaint_followed")
    return render(request, "complaints/follow.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The complaint whose receipt this browser has shown."""
    case = _followed(request)
    if case is None:
        return redirect("complaint_follow")
    context = {
        "case": case,
        "steps": case.steps.filter(public=True).select_related("case"),
        "clocks": case.clocks.filter(stopped_at__isnull=True),
        "offer": case.custodies.filter(received_at__isnull=True, refused_at__isnull=True).first(),
        "actions": receipts.actions(case),
        "own": True,
    }
    return render(request, "complaints/mine.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, action: str) -> HttpResponse:
    """Do one of the things a complainant may do."""
    case = _followed(request)
    if case is None:
        return redirect("complaint_follow")
    row = next((row for row in receipts.actions(case) if row.action == action), None)
    if row is None:
        messages.warning(request, _("这个操作现在不能进行，页面已更新为最新状态。"))
        return redirect("complaint_followed")
    form = (row.form or forms.Form)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            receipts.perform(case, action, **form.cleaned_data)
        except (ValidationError, PermissionDenied) as refusal:
            form.add_error(None, getattr(refusal, "messages", None) or str(refusal))
        else:
            messages.success(request, _("已完成：%(action)s。") % {"action": row.label})
            return redirect("complaint_followed")
    context = {"case": case, "row": row, "form": form}
    return render(request, "complaints/act.html", context, status=422 if form.errors else 200)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget in this browser which complaint was followed."""
    request.session.pop(FOLLOWED, None)
    messages.success(request, _("已退出查看。"))
    return redirect("complaints")


@login_required
@require_POST
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """From a refusal into an application for reconsideration that names it."""
    case = get_object_or_404(Case.objects.visible_to(request.actor), number=number)
    try:
        draft = appeals.begin(case, request.actor, key=form_key(request, "appeal"))
    except PermissionDenied as refusal:
        raise Http404 from refusal
    return redirect("cases:fill", request.actor.party.ref, draft.number, draft.definition.pages[0].slug)


def _followed(request: HttpRequest) -> Case | None:
    number = request.session.get(FOLLOWED)
    return Case.objects.filter(number=number, procedure=ANONYMOUS.code).select_related("office").first()
