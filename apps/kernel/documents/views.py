"""The public check of documents (Art 28), and downloads."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.kernel.documents import access, checking, uploads, writing
from apps.kernel.documents.forms import CodeForm
from apps.kernel.documents.models import IssuedDocument, Upload


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code; the answer has an address of its own, the one the QR holds."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("documents:verify_code", form.cleaned_data["code"].replace("/", "-"))
    return render(request, "documents/verify.html", {"form": form}, status=400 if form.is_bound else 200)


@require_safe
@never_cache
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Valid, revoked, or unknown; every unknown code gets the same page."""
    throttle = checking.CheckThrottle()
    # It reads no more than a Django request has.
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]
        response = render(request, "documents/verify_later.html", status=429)
        response["Retry-After"] = str(int(throttle.wait() or 60) + 1)
        return response
    answer = checking.check(code)
    if answer is None:
        return render(request, "documents/verify_unknown.html", {"form": CodeForm()}, status=404)
    return render(request, "documents/verify_answer.html", {"answer": answer})


@require_safe
@never_cache
@login_required
def letter(request: HttpRequest, ref: str) -> FileResponse:
    """Download a letter or certificate."""
    document = IssuedDocument.objects.select_related("party").filter(ref=ref).first()
    actor = access.reader(document, request.actor) if document else None
    if document is None or actor is None:
        raise Http404
    return FileResponse(
        writing.open_file(document, actor=actor),
        as_attachment=True,
        filename=f"{document.number}.pdf",
        content_type="application/pdf",
    )


@require_safe
@never_cache
@login_required
def upload(request: HttpRequest, ref: str) -> HttpResponse | FileResponse:
    """Download an upload that has left quarantine; never shown inside the portal."""
    found = Upload.objects.select_related("party").filter(ref=ref).first()
    actor = access.reader(found, request.actor) if found else None
    if found is None or actor is None:
        raise Http404
    if not found.may_be_opened:
        return render(request, "documents/quarantined.html", {"upload": found}, status=409)
    return FileResponse(
        uploads.open_for(found, actor),
        as_attachment=True,
        filename=found.name,
        content_type=found.content_type,
        headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"},
    )
