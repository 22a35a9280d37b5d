"""The department's pages: tell of determinations, see what became of each message, withdraw (Art 26)."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Select
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.collaboration import tables
from apps.collaboration.qualification import access, files, intake, kinds
from apps.collaboration.qualification.forms import FileForm, WithdrawForm
from apps.collaboration.qualification.models import Determination, QualificationDuty, QualificationMessage
from apps.collaboration.qualification.rows import COLUMNS, DeterminationRow
from apps.kernel.parties.ids import reference

PER_PAGE = 50


def of_department(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets officers of departments with the duty in; for anyone else the page is not there."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not access.determines(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def page(request: HttpRequest, found) -> dict:
    """One page of rows, newest first, and where the next begins."""
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(id__lt=int(after[:18]))
    some = list(found.order_by("-id")[: PER_PAGE + 1])
    return {"rows": some[:PER_PAGE], "next": some[PER_PAGE - 1].pk if len(some) > PER_PAGE else None}


@require_safe
@of_department
def index(request: HttpRequest) -> HttpResponse:
    """Everything this department has told of, with its state and whether it was in time."""
    found = Determination.objects.visible_to(request.actor).select_related("party", "office")
    refused = QualificationMessage.objects.visible_to(request.actor).filter(state=QualificationMessage.State.REFUSED)
    context = {**page(request, found), "refused": refused.count()}
    return render(request, "collaboration/qualification/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_department
def tell(request: HttpRequest) -> HttpResponse:
    """Tell of one determination, or of a file of them."""
    doing = request.POST.get("do")
    duties = QualificationDuty.objects.filter(office=request.actor.office)
    mine = [kinds.get(duty.kind) for duty in duties if duty.kind in kinds.every()]
    form = DeterminationRow(request.POST if doing == "one" else None, office=request.actor.office)
    form.fields["kind"].widget = Select(choices=[(kind.code, str(kind)) for kind in mine])
    file_form = FileForm(*((request.POST, request.FILES) if doing == "file" else (None,)))
    key = request.POST.get("key", "")[:60] or reference(16)
    if doing == "one" and form.is_valid():
        content = {name: form.data.get(name, "") for name in COLUMNS}
        message = _told(request, form, [content], key)
        if message is not None:
            return message
    if doing == "file" and file_form.is_valid():
        try:
            rows = files.read(file_form.cleaned_data["file"])
        except ValidationError as error:
            tables.add(file_form, error)
        else:
            answer = _told(request, file_form, rows, key)
            if answer is not None:
                return answer
    context = {
        "form": form,
        "file_form": file_form,
        "key": reference(16),
        "columns": COLUMNS.values(),
        "mine": mine,
    }
    status = 422 if form.errors or file_form.errors else 200
    return render(request, "collaboration/qualification/tell.html", context, status=status)


def _told(request: HttpRequest, form, rows: list[dict], key: str) -> HttpResponse | None:
    try:
        told = [
            intake.take(row, actor=request.actor, idempotency_key=f"{key}-{place}")
            for place, row in enumerate(rows, start=1)
        ]
    except ValidationError as error:
        tables.add(form, error)
        return None
    refused = sum(message.state == QualificationMessage.State.REFUSED for message in told)
    if refused:
        messages.warning(
            request,
            _("已接收 %(taken)d 条，%(refused)d 条未接收，原因见下。")
            % {"taken": len(told) - refused, "refused": refused},
        )
        return redirect("qualification_partner:messages")
    messages.success(request, _("已接收 %(count)d 条。") % {"count": len(told)})
    return redirect("qualification_partner:list")


@require_safe
@of_department
def template(request: HttpRequest) -> HttpResponse:
    """An empty file with the right headings."""
    return tables.download("\ufeff" + ",".join(COLUMNS.values()) + "\r\n", "qualifications.csv")


@require_safe
@of_department
def received(request: HttpRequest) -> HttpResponse:
    """What came in and what became of it; the refused first can be taken in again."""
    found = QualificationMessage.objects.visible_to(request.actor).select_related("determination")
    state = request.GET.get("state", "")
    if state in QualificationMessage.State.values:
        found = found.filter(state=state)
    context = {**page(request, found), "state": state, "states": QualificationMessage.State.choices}
    return render(request, "collaboration/qualification/messages.html", context)


@require_POST
@of_department
def replay(request: HttpRequest, ref: str) -> HttpResponse:
    """Judge a refused message again."""
    message = QualificationMessage.objects.visible_to(request.actor).filter(ref=ref).first()
    if message is None:
        raise Http404
    try:
        message = intake.replay(message, actor=request.actor)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        if message.state == QualificationMessage.State.REFUSED:
            messages.warning(request, message.explanation)
        else:
            messages.success(request, _("已接收。"))
    return redirect("qualification_partner:messages")


@require_http_methods(["GET", "HEAD", "POST"])
@of_department
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """One determination; take it back."""
    row = Determination.objects.visible_to(request.actor).select_related("party", "office").filter(ref=ref).first()
    if row is None:
        raise Http404
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            intake.withdraw(row, actor=request.actor, **form.cleaned_data)
            return redirect("qualification_partner:one", ref)
        except ValidationError as error:
            tables.add(form, error)
    context = {"row": row, "form": form, "open": row.state in ("valid", "suspended")}
    return render(request, "collaboration/qualification/one.html", context, status=422 if form.errors else 200)
