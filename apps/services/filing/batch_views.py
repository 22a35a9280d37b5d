"""Pages of an agency: what its clients have to file, and a batch with its progress and results."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.services.filing import batches, kinds


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clients(request: HttpRequest) -> HttpResponse:
    """Clients with what is due; those whose return can be filed as prefilled can be chosen and filed together."""
    page = Paginator(batches.clients(request.actor), batches.PAGE).get_page(request.GET.get("page"))
    errors = []
    if request.method == "POST":
        key = form_key(request) or reference(16)
        try:
            batch = batches.open_batch(request.actor, request.POST.getlist("chosen"), idempotency_key=key[:80])
        except ValidationError as error:
            errors = error.messages
        else:
            return redirect("filing:batch", request.actor.party.ref, batch.ref)
    context = {
        "page": page,
        "rows": batches.to_file(page),
        "recent": batches.ordered(request.actor)[:5],
        "errors": errors,
        "page_error": bool(errors),
        "key": reference(16),
    }
    return render(request, "services/filing/clients.html", context, status=422 if errors else 200)


@login_required
@require_safe
def progress(request: HttpRequest, ref: str) -> HttpResponse:
    """How far the batch has got, and what became of each client's return."""
    batch = get_object_or_404(batches.ordered(request.actor), ref=ref)
    items = list(batch.items.select_related("party", "case__applicant"))
    for item in items:
        item.kind_title = kinds.get(item.kind).title
    context = {"batch": batch, "items": items, "progress": batches.progress(batch)}
    template = "services/filing/_batch.html" if request.htmx else "services/filing/batch.html"
    return render(request, template, context)
