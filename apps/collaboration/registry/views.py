"""The registry's pages in the partner portal: check a certificate, see what came of it, look back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration.registry import checking
from apps.collaboration.registry.forms import CheckForm
from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.parties.ids import reference

PER_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Type the certificate and the applicant; the answer comes at once."""
    if not checking.may_check(request.actor):
        raise Http404
    form = CheckForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        key = request.POST.get("key") or None
        row = checking.check(**form.cleaned_data, actor=request.actor, idempotency_key=key)
        return redirect("registry:result", row.ref)
    rows = CertificateCheck.objects.visible_to(request.actor).select_related("user").order_by("-id")
    after = request.GET.get("after", "")
    if after.isdecimal():
        rows = rows.filter(id__lt=int(after))
    found = list(rows[: PER_PAGE + 1])
    context = {
        "form": form,
        "key": reference(16),
        "checks": found[:PER_PAGE],
        "next": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
    }
    return render(request, "collaboration/registry/check.html", context, status=422 if form.errors else 200)


@require_safe
def result(request: HttpRequest, ref: str) -> HttpResponse:
    """What a check found; only the office that made it can see it."""
    rows = CertificateCheck.objects.visible_to(request.actor).select_related("document", "office", "user")
    row = rows.filter(ref=ref).first()
    if row is None:
        raise Http404
    return render(request, "collaboration/registry/result.html", {"check": row})
