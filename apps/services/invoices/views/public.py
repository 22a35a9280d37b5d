"""Pages for everyone: pick an invoice up by its code, verify an invoice. They disclose what the asker holds."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.throttling import SimpleRateThrottle

from apps.services.invoices import delivery, parsing, verifying
from apps.services.invoices.forms import VerifyFileForm, VerifyForm
from apps.services.invoices.models import Invoice
from apps.services.invoices.views.reading import FORMS, download, laid_out


class PickUpThrottle(SimpleRateThrottle):
    """Pick-ups per address: codes cannot be tried, and nobody has PDFs written without end."""

    scope = "invoice-pick-up"
    rate = "30/min"

    def get_cache_key(self, request, view) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


def _too_many(request: HttpRequest, throttle: SimpleRateThrottle) -> HttpResponse | None:
    """The page that says to come back later, once an address has asked too often."""
    # It reads no more than a Django request has.
    if throttle.allow_request(request, None):
        return None
    response = render(request, "documents/verify_later.html", status=429)
    response["Retry-After"] = str(int(throttle.wait() or 60) + 1)
    return response


@require_safe
@never_cache
def pick_up(request: HttpRequest, code: str) -> HttpResponse:
    """The invoice behind a code."""
    late = _too_many(request, PickUpThrottle())
    if late is not None:
        return late
    invoice = _found(code)
    context = {"invoice": invoice, "lines": invoice.lines.all(), "code": code}
    return render(request, "invoices/pick_up.html", context)


@require_safe
@never_cache
def pick_up_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """One of the files behind a code."""
    late = _too_many(request, PickUpThrottle())
    if late is not None:
        return late
    invoice = _found(code)
    if form == "xml":
        return download(invoice.original.file_name, bytes(invoice.original.content), "application/octet-stream")
    if form not in FORMS:
        raise Http404
    return laid_out(invoice, form)


def _found(code: str) -> Invoice:
    invoice = delivery.pick_up(code)
    if invoice is None:
        raise Http404
    return invoice


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """By what is printed, or by the file. What was typed is never put into an address."""
    form, file_form = VerifyForm(), VerifyFileForm()
    if request.method != "POST":
        return render(request, "invoices/verify.html", {"form": form, "file_form": file_form})
    late = _too_many(request, verifying.VerifyThrottle())
    if late is not None:
        return late
    by_file = request.POST.get("by") == "file"
    if by_file:
        asked = file_form = VerifyFileForm(request.POST, request.FILES)
    else:
        asked = form = VerifyForm(request.POST)
    answer = None
    if asked.is_valid():
        try:
            answer = verifying.by_file(_content(asked)) if by_file else verifying.by_particulars(**asked.cleaned_data)
        except ValidationError as error:
            asked.add_error("file", error.messages)
    if asked.errors:
        context = {"form": form, "file_form": file_form, "asked": asked, "page_error": True}
        return render(request, "invoices/verify.html", context, status=422)
    return render(request, "invoices/verified.html", {"answer": answer}, status=200 if answer else 404)


def _content(form: VerifyFileForm) -> bytes:
    """No more of the file than an invoice is long."""
    return form.cleaned_data["file"].read(parsing.MAX_BYTES + 1)
