"""The catalogue as others' machines fetch it: graphs, schemas, contracts, CKAN's calls; open to everyone (Art 16)."""

import hashlib
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from apps.datashare.catalogue import graph, listing, schemas
from apps.datashare.catalogue.models import Arrival, Dataset, DatasetQuerySet, last_change
from apps.kernel.workcalendar import clock

CACHE = "public, max-age=300"


def _etag(request: HttpRequest, **_arguments: str) -> str:
    """What an answer follows from: the catalogue, the arrivals, the day, and what was asked."""
    arrived = Arrival.objects.order_by("-pk").values_list("pk", flat=True).first()
    known = f"{last_change()}|{arrived}|{clock.today()}|{request.get_full_path()}"
    return f'"{hashlib.sha256(known.encode()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_etag)
def catalogue(request: HttpRequest, form: str) -> HttpResponse:
    """One page of the catalogue as DCAT-AP; ``after`` continues it. ``modified_since`` narrows it to what is described
    otherwise since, and adds what was withdrawn since, so that a copy can be kept by its answers alone."""
    asked, after = request.GET.get("modified_since", ""), request.GET.get("after", "")
    try:
        found = _since(asked)
        page = listing.page(found, listing.checked(after), listing.PER_FEED)
    except ValidationError as error:
        return JsonResponse(error.message_dict, status=400)
    path = reverse("datashare:catalog", args=[form])
    here = graph.address(request.get_full_path())
    more = None
    if page.following is not None:
        kept = {"modified_since": asked} if asked else {}
        more = graph.address(f"{path}?{urlencode({**kept, 'after': page.following})}")
    answer = _rdf(graph.of_catalogue(page.datasets, page=here, following=more), form)
    if more is not None:
        answer["Link"] = f'<{more}>; rel="next"'
    return answer


@require_safe
@condition(etag_func=_etag)
def dataset(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """One entry as DCAT-AP; a withdrawn one says that it is."""
    found = Dataset.objects.ever_published().full().filter(code=code).first()
    if found is None:
        raise Http404
    return _rdf(graph.of_dataset(found), form)


@require_safe
@condition(etag_func=_etag)
def schema(request: HttpRequest, code: str) -> JsonResponse:
    """One entry's fields as a Table Schema."""
    return _json(schemas.table_schema(_entry(code).current))


@require_safe
@condition(etag_func=_etag)
def data_package(request: HttpRequest, code: str) -> JsonResponse:
    """One entry as a Data Package."""
    return _json(schemas.data_package(_entry(code)))


@require_safe
@condition(etag_func=_etag)
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """One entry as an Open Data Contract."""
    return _open(HttpResponse(schemas.contract(_entry(code)), content_type="application/yaml; charset=utf-8"))


@require_safe
@condition(etag_func=_etag)
def package_list(request: HttpRequest) -> JsonResponse:
    """CKAN's ``package_list``: identifiers, with ``limit`` and ``offset``."""
    limit, offset = _count(request, "limit", 1000), _count(request, "offset", 0)
    codes = Dataset.objects.published().order_by("code").values_list("code", flat=True)
    return _ckan(list(codes[offset : offset + min(limit, 1000)]))


@require_safe
@condition(etag_func=_etag)
def package_show(request: HttpRequest) -> JsonResponse:
    """CKAN's ``package_show``."""
    code = request.GET.get("id", "")
    if not code:
        missing = {"success": False, "error": {"__type": "Validation Error", "id": ["Missing value"]}}
        return JsonResponse(missing, status=400)
    found = Dataset.objects.published().full().filter(code=code).first()
    if found is None:
        missing = {"success": False, "error": {"__type": "Not Found Error", "message": "Not found"}}
        return JsonResponse(missing, status=404)
    return _ckan(_package(found))


@require_safe
@condition(etag_func=_etag)
def package_search(request: HttpRequest) -> JsonResponse:
    """CKAN's ``package_search``: ``q``, ``rows``, ``start``."""
    found = listing.narrowed({"q": request.GET.get("q", "").replace("*:*", "").strip()})
    rows, start = _count(request, "rows", 10), _count(request, "start", 0)
    here = list(found.order_by("code").values_list("pk", flat=True)[start : start + min(rows, 100)])
    shown = Dataset.objects.filter(pk__in=here).full().order_by("code")  # what is skipped need not be described
    return _ckan({"count": found.count(), "results": [_package(each) for each in shown]})


def _package(found: Dataset) -> dict:
    version = found.current
    return {
        "id": found.code,
        "name": found.code,
        "title": version.title,
        "notes": version.abstract,
        "version": str(version.number),
        "state": "active",
        "organization": {"name": found.provider.code, "title": found.provider.name},
        "metadata_created": found.created_at.isoformat(timespec="seconds"),
        "metadata_modified": found.changed_at.isoformat(timespec="seconds"),
        "tags": [{"name": word} for word in version.keywords.split()],
        "groups": [{"name": version.theme, "title": str(version.get_theme_display())}],
        "extras": [
            {"key": "frequency", "value": version.frequency},
            {"key": "sharing", "value": version.sharing},
            {"key": "security", "value": str(version.security)},
        ],
        "resources": [
            {
                "name": "schema.json",
                "format": "JSON",
                "url": str(graph.address(reverse("datashare:schema", args=[found.code]))),
            }
        ],
    }


def _entry(code: str) -> Dataset:
    found = Dataset.objects.published().full().filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _since(asked: str) -> DatasetQuerySet:
    """What stands in the catalogue, or what changed in it since a moment.

    :raises ValidationError: on ``modified_since``.
    """
    if not asked:
        return Dataset.objects.published()
    return Dataset.objects.ever_published().changed_since(listing.moment(asked))


def _count(request: HttpRequest, name: str, otherwise: int) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 7 else otherwise


def _rdf(found, form: str) -> HttpResponse:
    name, media = graph.FORMATS[form]
    return _open(HttpResponse(found.serialize(format=name, encoding="utf-8"), content_type=f"{media}; charset=utf-8"))


def _json(data: dict) -> JsonResponse:
    return _open(JsonResponse(data, json_dumps_params={"ensure_ascii": False}))


def _ckan(result: object) -> JsonResponse:
    return _json({"success": True, "help": "/api/v1/docs/", "result": result})


def _open(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = CACHE
    return answer
