"""The demonstration's queue: ticket machines, four weeks of service times, and people who wait today."""

import datetime as dt
from random import Random

from django.db import transaction

from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.services.queue import service
from apps.services.queue.models import Kiosk, Ticket
from apps.services.sites import directory
from apps.services.sites.models import Site

SITE = "centre-310101"
PAST_DAYS = 28
SERVED_A_DAY = 8


@transaction.atomic
def seed() -> None:
    """Add what is absent; a second run changes nothing."""
    sites = list(Site.objects.filter(kind__in=(Site.Kind.GOVERNMENT, Site.Kind.COMMUNITY)))
    for site in sites:
        Kiosk.objects.get_or_create(site=site, label="大厅1号取号机")
    site = next(site for site in sites if site.code == SITE)
    if not Ticket.objects.filter(site=site).exists():
        _past(site)
        _today(site)


def _past(site: Site) -> None:
    """People served in the last weeks; how long they took is what the estimate rests on."""
    rng = Random(SITE)  # noqa: S311 - invented data
    made = []
    for back in range(1, PAST_DAYS + 1):
        nine = clock.now().replace(hour=1, minute=0, second=0, microsecond=0) - dt.timedelta(days=back)
        if not directory.is_open(site, nine):
            continue
        for letter, line in zip("ABCDEFGH", site.lines.all(), strict=False):
            for serial in range(1, SERVED_A_DAY + 1):
                drawn = nine + dt.timedelta(minutes=50 * serial + rng.randint(0, 30))
                called = drawn + dt.timedelta(minutes=rng.randint(2, 25))
                spent = dt.timedelta(minutes=max(3, round(rng.gauss(line.minutes, line.minutes / 4))))
                made.append(
                    Ticket(
                        site=site,
                        line=line,
                        day=nine.date(),
                        letter=letter,
                        serial=serial,
                        kind=Ticket.Kind.WALK_IN,
                        state=Ticket.State.DONE,
                        turn_at=drawn,
                        issued_at=drawn,
                        called_at=called,
                        calls=1,
                        served_at=called,
                        ended_at=called + spent,
                    )
                )
    Ticket.objects.bulk_create(made)


def _today(site: Site) -> None:
    """A few wait now, if the doors are open."""
    if not directory.is_open(site, clock.now()):
        return
    for number, line in enumerate(site.lines.all()[:5]):
        service.draw(site, line, actor=Actor.system("demo"), declared=number == 3)
