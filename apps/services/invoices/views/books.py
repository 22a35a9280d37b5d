"""Pages of the buyer's and the bookkeeper's side: purpose, marks, archive packages (Art 14)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.workcalendar import clock
from apps.services.invoices import importing, marking, purposes
from apps.services.invoices.archive import sealing
from apps.services.invoices.forms import MarkForm, PurposeForm, SealForm, WithdrawMarkForm
from apps.services.invoices.models import ArchivePackage, UseMark
from apps.services.invoices.views.reading import done, own, page_of


@login_required
@require_POST
def confirm_purpose(request: HttpRequest, number: str) -> HttpResponse:
    """Say what a received special invoice is used for."""
    invoice = own(request, number)
    form = PurposeForm(request.POST)
    if form.is_valid():
        try:
            purposes.confirm(invoice, form.cleaned_data["purpose"], actor=request.actor)
            return done(request, invoice, _("用途已确认，申报表预填时会采用。"))
        except ValidationError as error:
            form.add_error(None, error.messages)
    return page_of(request, invoice, status=422, purpose_form=form)


@login_required
@require_POST
def mark(request: HttpRequest, number: str) -> HttpResponse:
    """Mark an invoice as reimbursed or entered."""
    invoice = own(request, number)
    form = MarkForm(request.POST)
    if form.is_valid():
        try:
            marking.mark(invoice, **form.cleaned_data, actor=request.actor)
            return done(request, invoice, _("已标识。这张发票不能再次使用。"))
        except ValidationError as error:
            form.add_error("voucher", error.messages)
    return page_of(request, invoice, status=422, mark_form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unmark(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Take a mark back, with the reason."""
    invoice = own(request, number)
    row = get_object_or_404(UseMark, invoice=invoice, party=request.actor.party, kind=kind, withdrawn_at=None)
    form = WithdrawMarkForm(request.POST if request.method == "POST" else None, initial={"kind": kind})
    if form.is_bound and form.is_valid():
        marking.withdraw(invoice, kind, because=form.cleaned_data["because"], actor=request.actor)
        return done(request, invoice, _("标识已取消，这张发票可以重新使用。"))
    context = {"invoice": invoice, "mark": row, "form": form}
    return render(request, "invoices/unmark.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest) -> HttpResponse:
    """What waits to be archived, and the packages there are."""
    party = importing.authorise(request.actor)
    year = clock.today().year
    form = SealForm(request.POST if request.method == "POST" else None, initial={"year": year})
    if form.is_bound and form.is_valid():
        try:
            package = sealing.seal(form.cleaned_data["year"], actor=request.actor)
        except ValidationError as error:
            form.add_error("year", error.messages)
        else:
            messages.success(request, _("归档包 %(ref)s 已封存。") % {"ref": package.ref})
            return redirect("invoices:package", party.ref, package.ref)
    context = {
        "form": form,
        "waiting": sealing.waiting(party, year).count(),
        "year": year,
        "packages": ArchivePackage.objects.filter(party=party).order_by("-sequence"),
    }
    return render(request, "invoices/archive.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def package(request: HttpRequest, ref: str) -> HttpResponse:
    """One package, checked anew each time it is looked at."""
    found = get_object_or_404(ArchivePackage, party=request.actor.party, ref=ref)
    context = {
        "package": found,
        "faults": sealing.check(found),
        "entries": found.entries.select_related("invoice").order_by("id"),
    }
    return render(request, "invoices/package.html", context)


@login_required
@require_safe
def package_file(request: HttpRequest, ref: str) -> FileResponse:
    """The package to keep."""
    found = get_object_or_404(ArchivePackage, party=request.actor.party, ref=ref)
    return FileResponse(
        sealing.open_package(found, actor=request.actor),
        as_attachment=True,
        filename=f"fapiao-{found.fiscal_year}-{found.sequence:03d}.zip",
        content_type="application/zip",
    )
