"""Pages of correspondence with officers, for both sides (Art 12)."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.casework import threads
from apps.kernel.casework.models import Case, Thread

PER_PAGE = 50


class ManyFiles(forms.ClearableFileInput):
    """A file control that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none."""

    widget = ManyFiles

    def clean(self, data, initial=None):
        return [super(FilesField, self).clean(each, initial) for each in data or []]


class WriteForm(forms.Form):
    """One message."""

    text = forms.CharField(
        label=gettext_lazy("内容"),
        help_text=gettext_lazy("请不要写密码、验证码。"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=threads.LONGEST,
    )
    files = FilesField(label=gettext_lazy("附件"), required=False)


class BeginForm(WriteForm):
    """The first message, with a subject."""

    subject = forms.CharField(label=gettext_lazy("主题"), max_length=100)
    field_order = ("subject", "text", "files")


class AssignForm(forms.Form):
    """Who should answer."""

    officer: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=gettext_lazy("由谁答复"), empty_label=gettext_lazy("请选择")
    )

    def __init__(self, *args, office, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = threads.colleagues(office)


@require_safe
@never_cache
def thread_list(request: HttpRequest, door: str = "") -> HttpResponse:
    """The conversations: for staff what waits longest first."""
    _pass(request, door)
    rows = (
        Thread.objects.visible_to(request.actor).with_unread(request.actor).select_related("office", "party", "officer")
    )
    waiting, others = rows, rows.none()
    if door:
        waiting = rows.filter(closed_at__isnull=True, awaiting_since__isnull=False).order_by("due_at", "id")
        others = rows.exclude(pk__in=waiting.values("pk"))
    context = {"waiting": _with_urls(request, waiting), "others": _with_urls(request, others), "door": door}
    return render(request, "casework/threads.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Ask a question, about a case or on its own."""
    number = request.POST.get("case") or request.GET.get("case")
    case = get_object_or_404(Case.objects.visible_to(request.actor), number=number) if number else None
    form = BeginForm(request.POST or None, request.FILES or None, initial={"subject": case.heading if case else ""})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            thread = threads.begin(
                request.actor, subject=given["subject"], text=given["text"], case=case, files=given["files"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已送达，答复后会通知您。"))
            return redirect("threads:page", request.actor.party.ref, thread.ref)
    return render(
        request, "casework/thread_begin.html", {"form": form, "case": case}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: HttpRequest, ref: str, door: str = "") -> HttpResponse:
    """One conversation, and the next message."""
    _pass(request, door)
    thread = _thread(request, ref)
    form = WriteForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            threads.write(thread, request.actor, text=form.cleaned_data["text"], files=form.cleaned_data["files"])
        except (ValidationError, PermissionDenied) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error) or _("您没有答复的权限。"))
        else:
            return redirect(thread.url_for(request.actor))
    context = {
        "thread": thread,
        "rows": threads.read(thread, request.actor),
        "form": form,
        "door": door,
        "assign": AssignForm(office=request.actor.office, initial={"officer": thread.officer_id}) if door else None,
        "here": thread.url_for(request.actor),
    }
    return render(request, "casework/thread.html", context, status=422 if form.errors else 200)


@require_POST
def assign(request: HttpRequest, ref: str, door: str) -> HttpResponse:
    """Choose who answers."""
    _pass(request, door)
    thread = _thread(request, ref)
    form = AssignForm(request.POST, office=request.actor.office)
    if form.is_valid():
        threads.assign(thread, request.actor, form.cleaned_data["officer"])
        messages.success(request, _("已指定答复人。"))
    else:
        messages.warning(request, _("请选择本单位的同事。"))
    return redirect(thread.url_for(request.actor))


@require_POST
def close(request: HttpRequest, ref: str, door: str = "") -> HttpResponse:
    """End the conversation."""
    _pass(request, door)
    thread = _thread(request, ref)
    threads.close(thread, request.actor)
    messages.success(request, _("咨询已结束，记录会保留。"))
    return redirect(thread.url_for(request.actor))


@require_POST
def transcript(request: HttpRequest, ref: str, door: str = "") -> HttpResponse:
    """Issue the record of the conversation."""
    _pass(request, door)
    thread = _thread(request, ref)
    return redirect(threads.transcript(thread, request.actor).get_absolute_url())


def _with_urls(request: HttpRequest, rows) -> list[dict]:
    return [{"thread": row, "url": row.url_for(request.actor)} for row in rows[:PER_PAGE]]


def _thread(request: HttpRequest, ref: str) -> Thread:
    rows = Thread.objects.visible_to(request.actor).select_related("party", "office", "officer", "case")
    return get_object_or_404(rows, ref=ref)


def _pass(request: HttpRequest, door: str) -> None:
    if request.actor.front_door != door:
        raise Http404
