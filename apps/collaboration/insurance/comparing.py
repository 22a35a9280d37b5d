"""What differs in a sheet: from the month before, the verified list and the wage, by employee (Art 24)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from apps.collaboration.insurance.models import DeclaredLine, InsuranceDeclaration, InsuredPerson
from apps.kernel.workcalendar.periods import Period


@dataclass(frozen=True)
class Summary:
    """How a sheet differs, in numbers, and whom the verified list has and the sheet has not."""

    joined: int
    left: int
    bounded: int
    base_changed: int
    missing: list[InsuredPerson]


def before(declaration: InsuranceDeclaration) -> InsuranceDeclaration | None:
    """The declaration in force of the month before."""
    earlier = Period.parse(declaration.period).start - dt.timedelta(days=1)
    return InsuranceDeclaration.objects.filter(
        party=declaration.party_id, period=f"{earlier:%Y-%m}", in_force=True
    ).first()


def lines(declaration: InsuranceDeclaration) -> QuerySet[DeclaredLine]:
    """The lines beside the base of the month before (``base_before``) and the verified one (``base_verified``)."""
    previous = before(declaration)
    same = DeclaredLine.objects.filter(declaration=previous, person_number=OuterRef("person_number"))
    verified = InsuredPerson.objects.filter(employer=declaration.party_id, person_number=OuterRef("person_number"))
    return declaration.lines.annotate(
        base_before=Subquery(same.values("base")[:1]), base_verified=Subquery(verified.values("base")[:1])
    ).order_by("row")


def summary(declaration: InsuranceDeclaration, *, most: int = 100) -> Summary:
    """The differences of a judged sheet."""
    start, end = Period.parse(declaration.period).start, Period.parse(declaration.period).end
    listed = InsuredPerson.objects.filter(
        Q(until__isnull=True) | Q(until__gte=start), employer=declaration.party_id, since__lte=end
    )
    here = DeclaredLine.objects.filter(declaration=declaration, person_number=OuterRef("person_number"))
    counted = declaration.lines.all()
    return Summary(
        joined=counted.filter(change=DeclaredLine.Change.JOIN).count(),
        left=counted.filter(change=DeclaredLine.Change.LEAVE).count(),
        bounded=counted.exclude(bound="").count(),
        base_changed=lines(declaration).filter(~Q(base_before=None)).exclude(base_before=F("base")).count(),
        missing=list(listed.filter(~Exists(here)).order_by("name")[:most]),
    )
