"""The custodians' pages of the recovery key: make it and hand out its shares; use enough of them (Art 36)."""

from django.contrib import messages as flash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.kernel.parties.models import Role
from apps.supervision.reports import recovery
from apps.supervision.reports.boxes import Opened
from apps.supervision.reports.counter_views import View, for_holders, with_key
from apps.supervision.reports.forms import RecoveryForm, SharesForm

_WAYS = ["GET", "HEAD", "POST"]


def for_custodians(view: View) -> View:
    """For custodians whose box is open; to everybody else the page is not there."""
    inner = with_key(view)

    @for_holders
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if Role.CUSTODIAN not in request.actor.roles:
            raise Http404
        return inner(request, *args, **kwargs)

    return guarded


@require_http_methods(_WAYS)
@for_custodians
def make(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Make the recovery key; its shares are in this answer and nowhere else."""
    form = RecoveryForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = recovery.make(request.actor, opened, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return render(request, "reports/shares.html", {"made": made})
    context = {"form": form, "key": recovery.of(request.actor.office)}
    return render(request, "reports/recovery.html", context, status=400 if form.errors else 200)


@require_http_methods(_WAYS)
@for_custodians
def recover(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Bring the keys back into this custodian's box."""
    form = SharesForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            back = recovery.recover(request.actor, opened, form.cleaned_data["lines"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            flash.success(request, _("已恢复 %(number)d 把密钥，封装到您的密钥箱。") % {"number": back})
            return redirect("reports_counter:index")
    context = {"form": form, "key": recovery.of(request.actor.office)}
    return render(request, "reports/recover.html", context, status=400 if form.errors else 200)
