"""Full coverage (全量编目): what the duties oblige each department to list, against what is listed (Art 16)."""

from dataclasses import dataclass

from django.db.models import Count, Q

from apps.datashare.catalogue.models import Duty
from apps.kernel.parties.models import Office


@dataclass(frozen=True)
class Coverage:
    """One department: how many duties, how many of them listed, and which are missing."""

    office: Office
    duties: int
    listed: int
    missing: list[Duty]

    @property
    def percent(self) -> int:
        """Whole percent listed, rounded down: 100 only when nothing is missing."""
        return self.listed * 100 // self.duties


LISTED = Q(catalogue_duties__dataset__current__isnull=False, catalogue_duties__dataset__retired_at__isnull=True)


def by_office(office: Office | None = None) -> list[Coverage]:
    """Every department with duties, the worst covered first; two queries."""
    offices = Office.objects.annotate(
        duties=Count("catalogue_duties"), listed=Count("catalogue_duties", filter=LISTED)
    ).filter(duties__gt=0)
    open_duties = Duty.objects.exclude(dataset__current__isnull=False, dataset__retired_at__isnull=True)
    if office is not None:
        offices, open_duties = offices.filter(pk=office.pk), open_duties.filter(office=office)
    missing: dict[int, list[Duty]] = {}
    for duty in open_duties:
        missing.setdefault(duty.office_id, []).append(duty)
    rows = [Coverage(each, each.duties, each.listed, missing.get(each.pk, [])) for each in offices]
    return sorted(rows, key=lambda row: (row.percent, row.office.name))
