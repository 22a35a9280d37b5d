"""What people complain about: by kind, by office, by month, and the clusters worth putting right (Art 31)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.complaints.models import Area, Complaint, Kind
from apps.supervision.complaints.steps import BAD

MONTHS = 12


@dataclass(frozen=True)
class Row:
    """A line of the analysis: how many, how many were right, how many are rated badly."""

    label: str
    number: int
    upheld: int
    bad: int


@dataclass(frozen=True)
class Cluster:
    """Several complaints of one kind about one office in one month."""

    about: Office
    kind: Kind
    month: dt.date
    number: int


def submitted(actor: Actor) -> QuerySet[Complaint]:
    """Complaints of the last twelve months that the actor's office sees."""
    first = (clock.today().replace(day=1) - dt.timedelta(days=31 * (MONTHS - 1))).replace(day=1)
    since = dt.datetime.combine(first, dt.time.min, tzinfo=SHANGHAI)
    return Complaint.objects.visible_to(actor).filter(case__submitted_at__gte=since)


def by_kind(actor: Actor) -> list[Row]:
    """By what they are about."""
    return _rows(submitted(actor), "kind", lambda code: str(Kind(code).label))


def by_area(actor: Actor) -> list[Row]:
    """By what was being collected."""
    return _rows(submitted(actor), "area", lambda code: str(Area(code).label))


def by_office(actor: Actor) -> list[Row]:
    """By the office complained of."""
    return _rows(submitted(actor).filter(about__isnull=False), "about__name", str)


def by_month(actor: Actor) -> list[Row]:
    """By the month they came, the latest first."""
    monthly = submitted(actor).annotate(month=TruncMonth("case__submitted_at", tzinfo=SHANGHAI))
    found = _counted(monthly.values("month")).order_by("-month")
    return [Row(f"{row['month']:%Y-%m}", row["number"], row["upheld"], row["bad"]) for row in found]


def clusters(actor: Actor, at_least: int) -> list[Cluster]:
    """Where complaints of one kind about one office come together in a month, the largest first."""
    found = (
        submitted(actor)
        .filter(about__isnull=False)
        .annotate(month=TruncMonth("case__submitted_at", tzinfo=SHANGHAI))
        .values("about", "kind", "month")
        .annotate(number=Count("pk"))
        .filter(number__gte=at_least)
        .order_by("-number", "-month")
    )
    offices = Office.objects.in_bulk({row["about"] for row in found})
    return [Cluster(offices[row["about"]], Kind(row["kind"]), row["month"].date(), row["number"]) for row in found]


def of_cluster(actor: Actor, about: Office, kind: str, *, since: dt.date, until: dt.date) -> QuerySet[Complaint]:
    """The complaints of a cluster."""
    first = dt.datetime.combine(since, dt.time.min, tzinfo=SHANGHAI)
    last = dt.datetime.combine(until, dt.time.max, tzinfo=SHANGHAI)
    return submitted(actor).filter(about=about, kind=kind, case__submitted_at__range=(first, last))


def _rows(found: QuerySet[Complaint], field: str, label) -> list[Row]:
    counted = _counted(found.values(field)).order_by("-number", field)
    return [Row(label(row[field]), row["number"], row["upheld"], row["bad"]) for row in counted]


def _counted(found: QuerySet) -> QuerySet:
    right = Q(outcome__in=(Complaint.Outcome.UPHELD, Complaint.Outcome.PARTLY))
    return found.annotate(
        number=Count("pk"), upheld=Count("pk", filter=right), bad=Count("pk", filter=Q(lowest_rating__lte=BAD))
    )
