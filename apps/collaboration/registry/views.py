"""The registry's pages in the partner portal: check a certificate, see what came of it, ask when in doubt (Art 28)."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.collaboration import tables
from apps.collaboration.registry import checking, levies, mismatch
from apps.collaboration.registry.forms import CheckForm, MismatchForm
from apps.collaboration.registry.models import CertificateCheck, RegistryMismatch
from apps.kernel.lists import joined
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key

PER_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Type the certificate or the applicant's code; the answer comes at once."""
    if not checking.may_check(request.actor):
        raise Http404
    form = CheckForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key = form_key(request)
        try:
            row = checking.check(**form.cleaned_data, actor=request.actor, idempotency_key=key)
            return redirect("registry:result", row.ref)
        except ValidationError as error:
            tables.add(form, error)
    rows = CertificateCheck.objects.visible_to(request.actor).select_related("user").order_by("-id")
    after = request.GET.get("after", "")
    if after.isdecimal():
        rows = rows.filter(id__lt=int(after[:18]))
    found = list(rows[: PER_PAGE + 1])
    context = {
        "form": form,
        "key": reference(16),
        "checks": found[:PER_PAGE],
        "next": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
    }
    return render(request, "collaboration/registry/check.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest, ref: str) -> HttpResponse:
    """What a check found; only the office that made it can see it. What is in doubt goes to a tax office."""
    rows = CertificateCheck.objects.visible_to(request.actor).select_related("document__party", "office", "user")
    row = rows.filter(ref=ref).first()
    if row is None:
        raise Http404
    asked = RegistryMismatch.objects.filter(check_row=row).select_related("case").first()
    may_ask = asked is None and not row.may_register and checking.may_check(request.actor)
    form = MismatchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and may_ask and form.is_valid():
        try:
            key = form_key(request) or reference(16)
            case = mismatch.open_for(row, actor=request.actor, key=key, **form.cleaned_data)
            return redirect("partner_cases:page", case.number)
        except ValidationError as error:
            tables.add(form, error)
    context = {
        "check": row,
        "asked": asked,
        "may_ask": may_ask,
        "form": form,
        "key": reference(16),
        "used_before": checking.used_before(row),
        "levies": joined(levies.names(row.matter, row.day)) or _("有关税费"),
        "source": levies.source(row.matter, row.day),
    }
    return render(request, "collaboration/registry/result.html", context, status=422 if form.errors else 200)
