"""Figures of a site's day (现场看板): who waits, how long, who was served; the screen's calls."""

from dataclasses import dataclass
from statistics import median

from django.db.models import Count, Q

from apps.kernel.charts import Bar, BarChart, bar_chart
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock
from apps.services.queue.models import Shift, Ticket
from apps.services.sites.models import Site

SHOWN_CALLS = 8


@dataclass(frozen=True)
class Day:
    """One site today. Waits are in whole minutes, from drawing the ticket to being called."""

    site: Site
    waiting: int
    priority: int
    served: int
    missed: int
    windows: int
    median_wait: int | None
    longest_now: int | None


def of(actor: Actor) -> list[Day]:
    """The sites of the actor's office; a fixed number of queries."""
    sites = list(Site.objects.filter(office=actor.office, active=True))
    tickets = Ticket.objects.today().filter(site__in=sites)
    waiting = Q(state=Ticket.State.WAITING)
    counted = {
        row["site"]: row
        for row in tickets.order_by()
        .values("site")
        .annotate(
            waiting=Count("pk", filter=waiting),
            priority=Count("pk", filter=waiting & ~Q(priority_reason="")),
            served=Count("pk", filter=Q(state=Ticket.State.DONE)),
            missed=Count("pk", filter=Q(state=Ticket.State.MISSED)),
        )
    }
    open_windows = dict(
        Shift.objects.filter(window__site__in=sites, closed_at__isnull=True)
        .order_by()
        .values_list("window__site")
        .annotate(number=Count("pk"))
    )
    waits: dict[int, list[int]] = {}
    now: dict[int, list[int]] = {}
    for site, state, issued, called in tickets.values_list("site", "state", "issued_at", "called_at"):
        if called is not None:
            waits.setdefault(site, []).append(_minutes(called - issued))
        if state == Ticket.State.WAITING:
            now.setdefault(site, []).append(_minutes(clock.now() - issued))
    none = {"waiting": 0, "priority": 0, "served": 0, "missed": 0}
    return [
        Day(
            site=site,
            **{name: counted.get(site.pk, none)[name] for name in none},
            windows=open_windows.get(site.pk, 0),
            median_wait=round(median(waits[site.pk])) if site.pk in waits else None,
            longest_now=max(now[site.pk]) if site.pk in now else None,
        )
        for site in sites
    ]


def waiting_by_site(office: Office | None = None) -> list[tuple[Site, int]]:
    """Every site with windows, or those of one office, and how many wait there now, in one query."""
    waiting = Q(tickets__state=Ticket.State.WAITING, tickets__day=clock.today())
    staffed = Site.objects.filter(active=True).exclude(kind=Site.Kind.SELF_SERVICE)
    if office is not None:
        staffed = staffed.filter(office=office)
    return [(site, site.waiting) for site in staffed.annotate(waiting=Count("tickets", filter=waiting))]


def chart(days: list[Day]) -> BarChart:
    """How many wait at each site."""
    return bar_chart([Bar(day.site.name, day.waiting) for day in days])


def calls(site: Site) -> list[Ticket]:
    """The tickets at a window now, the latest call first."""
    rows = Ticket.objects.today().filter(site=site, state__in=Ticket.AT_WINDOW).select_related("window", "party")
    return list(rows.order_by("-called_at", "-id")[:SHOWN_CALLS])


def following(site: Site) -> list[str]:
    """The numbers whose turn comes next."""
    return [ticket.number for ticket in Ticket.objects.today().filter(site=site).waiting()[:SHOWN_CALLS]]


def missed(site: Site) -> list[str]:
    """The numbers that were called and did not come."""
    rows = Ticket.objects.today().filter(site=site, state=Ticket.State.MISSED).order_by("-ended_at")
    return [ticket.number for ticket in rows[:SHOWN_CALLS]]


def _minutes(span) -> int:
    return round(span.total_seconds() / 60)
