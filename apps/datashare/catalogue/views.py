"""The catalogue's pages: everyone reads it; providers write their own entries in the partner portal (Art 16)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.datashare.catalogue import coverage, editing, freshness, listing
from apps.datashare.catalogue.forms import EntryForm, FieldFormSet, NewEntryForm, ReasonForm, SearchForm
from apps.datashare.catalogue.models import Dataset, DatasetVersion
from apps.kernel import replica
from apps.kernel.parties.models import Office


@require_safe
@replica.reading()
def catalogue(request: HttpRequest) -> HttpResponse:
    """The public catalogue: search, narrow, continue."""
    form = SearchForm(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    page = listing.page(listing.narrowed(given), request.GET.get("after"), listing.PER_PAGE)
    asked = request.GET.copy()
    asked["after"] = page.following or ""
    context = {
        "form": form,
        "rows": [(each, freshness.of(each)) for each in page.datasets],
        "next": asked.urlencode() if page.following else "",
    }
    return render(request, "datashare/catalogue.html", context)


@require_safe
@replica.reading()
def dataset(request: HttpRequest, code: str) -> HttpResponse:
    """One entry: what it holds, who may use it, how fresh it is, and how machines read it."""
    found = Dataset.objects.published().full().filter(code=code).first()
    if found is None:
        raise Http404
    context = {"dataset": found, "version": found.current, "freshness": freshness.of(found)}
    return render(request, "datashare/dataset.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The entries an office keeps, their freshness, and what its duties oblige it to list besides."""
    _provider(request)
    kept = Dataset.objects.of(request.actor)
    asked = request.GET.get("after", "")
    page = listing.page(kept, asked, listing.PER_PAGE)
    drafts = DatasetVersion.objects.filter(dataset__in=page.datasets, state=DatasetVersion.State.DRAFT)
    everywhere = request.actor.office.kind == Office.Kind.DATA_CENTRE
    context = {
        "rows": [(each, freshness.of(each) if each.is_listed else None) for each in page.datasets],
        "next": page.following,
        "drafts": {version.dataset_id: version for version in drafts},
        "coverage": [] if asked else coverage.by_office(None if everywhere else request.actor.office),
    }
    return render(request, "datashare/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Start a new entry; its fields come on the next page."""
    _provider(request)
    form = NewEntryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            version = editing.begin(code=form.cleaned_data["code"], actor=request.actor, **form.about)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            version.scenarios.set(form.cleaned_data["scenarios"])
            return redirect("catalogue:edit", version.dataset.code)
    return render(request, "datashare/begin.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of an entry: description, scenarios, fields; keep it, or keep and publish it."""
    kept = _kept(request, code)
    version = kept.versions.filter(state=DatasetVersion.State.DRAFT).first() or kept.current
    if request.method == "POST":
        form, fields = EntryForm(request.POST), FieldFormSet(request.POST, prefix="field")
        if form.is_valid() and fields.is_valid():
            try:
                _write(request, kept, form, fields)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return redirect("catalogue:mine" if "publish" in request.POST else request.path)
    else:
        form = EntryForm(instance=version)
        fields = FieldFormSet(initial=editing.as_given(version), prefix="field")
    context = {"dataset": kept, "version": version, "form": form, "fields": fields}
    return render(request, "datashare/edit.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Take an entry out of the catalogue."""
    kept = _kept(request, code)
    form = ReasonForm(request.POST)
    if form.is_valid():
        editing.retire(kept, request.actor, reason=form.cleaned_data["reason"])
        return redirect("catalogue:mine")
    return render(request, "datashare/retire.html", {"dataset": kept, "form": form}, status=422)


@transaction.atomic
def _write(request: HttpRequest, kept: Dataset, form: EntryForm, fields: BaseFormSet) -> None:
    """Keep what was typed as the draft, and publish it if asked: all of it or nothing."""
    given = [row.cleaned_data for row in fields if row.cleaned_data and not row.cleaned_data.get("DELETE")]
    version = editing.write(
        editing.draft(kept, request.actor),
        request.actor,
        about=form.about,
        scenarios=list(form.cleaned_data["scenarios"]),
        fields=[{name: row[name] for name in editing.FIELD_COLUMNS} for row in given],
    )
    if "publish" in request.POST:
        editing.publish(version, request.actor)


def _provider(request: HttpRequest) -> None:
    if not editing.may_write(request.actor):
        raise Http404


def _kept(request: HttpRequest, code: str) -> Dataset:
    _provider(request)
    found = Dataset.objects.of(request.actor).filter(code=code).first()
    if found is None:
        raise Http404
    return found
