"""Pages of the hand-over code: get one, take a draft over at the counter, go on elsewhere, take it back (Art 11)."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.kernel.casework import handover
from apps.kernel.casework import handover_codes as codes
from apps.kernel.casework.models import Case


class CodeForm(forms.Form):
    """Asks for a hand-over code."""

    code = forms.CharField(
        label=gettext_lazy("接续码"),
        help_text=gettext_lazy("八位字母和数字，例如 K7M2-9QXA；大小写和横线都可以。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class CounterCodeForm(CodeForm):
    """At the counter: also whether the applicant is there."""

    present = forms.BooleanField(
        label=gettext_lazy("申请人或者其代理人在场，已核对身份证件"),
        help_text=gettext_lazy("不在场时只能代填，不能代为提交。"),
        required=False,
    )


@require_POST
@never_cache
def code(request: HttpRequest, number: str) -> HttpResponse:
    """A new code, shown this once; a clerk gives the draft back with it."""
    case = _own(request, number)
    try:
        row, secret = handover.issue(case, request.actor)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect("cases:page", case.applicant.ref, case.number)
    return render(request, "casework/code.html", {"case": case, "hand_over": row, "code": codes.shown(secret)})


@require_POST
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """The draft is the applicant's again."""
    case = _own(request, number)
    try:
        handover.take_back(case, request.actor)
        messages.success(request, _("草稿已收回，您可以继续填写。"))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect("cases:page", case.applicant.ref, case.number)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def continue_draft(request: HttpRequest) -> HttpResponse:
    """Go on here with a draft begun elsewhere."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = handover.continue_elsewhere(form.cleaned_data["code"], request.actor)
        except ValidationError as error:
            form.add_error(None if not hasattr(error, "error_dict") else "code", error.messages)
        else:
            messages.success(request, _("已找到草稿，请继续填写。"))
            return redirect("cases:page", case.applicant.ref, case.number)
    return render(request, "casework/continue.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def take(request: HttpRequest) -> HttpResponse:
    """The counter: take a draft over by its code; the drafts in hand."""
    if request.actor.front_door != "counter":
        raise Http404
    form = CounterCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = handover.take_at_counter(
                form.cleaned_data["code"], request.actor, present=form.cleaned_data["present"]
            )
        except ValidationError as error:
            form.add_error("code", error.messages)
        else:
            messages.success(request, _("已接手草稿，申请人能看到由您代填。"))
            return redirect("cases:page", case.applicant.ref, case.number)
    context = {"form": form, "in_hand": handover.held_by(request.actor)}
    return render(request, "casework/take_over.html", context, status=422 if form.errors else 200)


def _own(request: HttpRequest, number: str) -> Case:
    return get_object_or_404(Case.objects.visible_to(request.actor).select_related("applicant"), number=number)
