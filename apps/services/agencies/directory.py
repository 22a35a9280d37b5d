"""The public directory of agencies: search, filter by kind and district, by key, with grades (Art 7)."""

from dataclasses import dataclass

from django.db.models import Q

from apps.services.agencies import credit
from apps.services.agencies.models import Agency, AgencyKind

PER_PAGE = 30


@dataclass(frozen=True)
class Listed:
    """An agency with its score and grade."""

    agency: Agency
    score: int
    grade: str


def search(*, words: str = "", kind: str = "", district: str = "", after: str = "") -> tuple[list[Listed], str]:
    """One page by name, and the number after which the next begins."""
    rows = Agency.objects.listed().with_points().select_related("party")
    for word in words.split()[:5]:
        rows = rows.filter(Q(party__name__icontains=word) | Q(number__iexact=word))
    if kind in AgencyKind.values:
        rows = rows.filter(kind=kind)
    if district:
        rows = rows.filter(party__district=district)
    last = Agency.objects.filter(number=after).select_related("party").first() if after else None
    if last is not None:
        rows = rows.filter(Q(party__name__gt=last.party.name) | Q(party__name=last.party.name, pk__gt=last.pk))
    found = list(rows.order_by("party__name", "pk")[: PER_PAGE + 1])
    scale = credit.Scale.on()
    page = [graded(agency, scale) for agency in found[:PER_PAGE]]
    return page, found[PER_PAGE - 1].number if len(found) > PER_PAGE else ""


def graded(agency: Agency, scale: credit.Scale) -> Listed:
    """An agency read ``with_points``, with what they make on the scale."""
    points = agency.conduct_points
    return Listed(agency, int(scale.score(points)), scale.grade(points))


def one(number: str) -> Listed | None:
    """A listed agency by its number."""
    agency = Agency.objects.listed().with_points().select_related("party__organisation").filter(number=number).first()
    return graded(agency, credit.Scale.on()) if agency is not None else None
