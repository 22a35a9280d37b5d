"""Pages of registered mail: the sender registers an item, the office records its arrival (Art 11)."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework.models import Case
from apps.kernel.forms import DateField
from apps.services.channels import mail
from apps.services.channels.models import Mailing

PER_PAGE = 100


class MailingForm(forms.Form):
    """What the post's receipt says."""

    carrier = forms.ChoiceField(label=gettext_lazy("寄递方式"), choices=Mailing.Carrier, widget=forms.RadioSelect)
    tracking = forms.CharField(
        label=gettext_lazy("邮件号码"),
        help_text=gettext_lazy("回执上的 13 位号码，例如 EA123456785CN。"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    posted_on = DateField(label=gettext_lazy("交寄日期"), help_text=gettext_lazy("以邮戳日期为准。"))


class ArrivalForm(forms.Form):
    """What was found in the post."""

    received_on = DateField(label=gettext_lazy("收到日期"))
    postmark = DateField(label=gettext_lazy("邮戳日期"))
    complete = forms.TypedChoiceField(
        label=gettext_lazy("材料是否齐全"),
        choices=[("yes", gettext_lazy("齐全")), ("no", gettext_lazy("不齐"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("核对情况"),
        help_text=gettext_lazy("材料不齐的，请写明缺什么；寄件人会看到。"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register(request: HttpRequest, number: str) -> HttpResponse:
    """Register an item for a case."""
    case = get_object_or_404(
        Case.objects.visible_to(request.actor).select_related("applicant", "office"), number=number
    )
    if not mail.may_send(case, request.actor):
        messages.warning(request, _("草稿请先提交；已办结的事项不再收取材料。"))
        return redirect("cases:page", request.actor.party.ref, number)
    form = MailingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mail.register(case, request.actor, **form.cleaned_data)
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("已登记，税务机关收到后会通知您。"))
            return redirect("cases:page", request.actor.party.ref, number)
    context = {"case": case, "form": form, "address": mail.address_of(case.office)}
    return render(request, "services/channels/mail_register.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def expected(request: HttpRequest) -> HttpResponse:
    """The counter: items under way to this office, found by number too."""
    _counter(request)
    rows = Mailing.objects.visible_to(request.actor).filter(case__office=request.actor.office)
    asked = "".join(request.GET.get("q", "").split()).upper()
    rows = rows.filter(tracking=asked) if asked else rows.filter(received_on__isnull=True)
    rows = rows.select_related("case__applicant").order_by("posted_on", "id")
    return render(request, "services/channels/mail_expected.html", {"rows": rows[:PER_PAGE], "asked": asked})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def arrive(request: HttpRequest, tracking: str) -> HttpResponse:
    """The counter: record one item."""
    _counter(request)
    rows = Mailing.objects.visible_to(request.actor).filter(case__office=request.actor.office)
    row = get_object_or_404(rows.select_related("case__applicant"), tracking=tracking)
    log.read(actor=request.actor, party_id=row.case.applicant_id, what=row.case.about, purpose=Purpose.CASEWORK)
    form = ArrivalForm(request.POST or None, initial={"postmark": row.posted_on})
    if request.method == "POST" and form.is_valid():
        try:
            mail.arrive(row, request.actor, **form.cleaned_data)
        except ValidationError as error:
            _tell(form, error)
        except PermissionDenied:
            form.add_error(None, _("您没有登记收件的权限。"))
        else:
            messages.success(request, _("已登记收到，并通知了申请人。"))
            return redirect("counter_cases:page", row.case.number)
    context = {"row": row, "form": form}
    return render(request, "services/channels/mail_arrive.html", context, status=422 if form.errors else 200)


def _tell(form: forms.Form, error: ValidationError) -> None:
    """The use case's complaint at the field it is about; a rule over several fields at the top."""
    named = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
    for name, told in named.items():
        form.add_error(name if name in form.fields else None, told)


def _counter(request: HttpRequest) -> None:
    if request.actor.front_door != "counter":
        raise Http404
