"""Reminders and escalation of entries that are not updated in time: each once for a due day and a kind (Arts 16, 19).

Entries that arrive by a standing supply duty are reminded of by that duty.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from apps.datashare.catalogue import freshness
from apps.datashare.catalogue.freshness import Freshness, Standing
from apps.datashare.catalogue.models import Dataset, FreshnessNotice
from apps.datashare.centre import centre
from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock, days

Kind = FreshnessNotice.Kind
Late = tuple[Dataset, Freshness]


def sweep() -> dict[str, int]:
    """Send what is due and not sent. It is derived from the arrivals, so an outage loses nothing."""
    today = clock.today()
    after = int(parameters.row("data-freshness.escalate-after", today).number)
    escalated = days.add_working_days(today, -after)
    late = _late(today)
    overdue = [each for each in late if each[1].standing == Standing.OVERDUE]
    return {
        Kind.REMINDER: _send(Kind.REMINDER, [each for each in late if each[1].standing == Standing.DUE]),
        Kind.OVERDUE: _send(Kind.OVERDUE, overdue),
        Kind.ESCALATION: _send(Kind.ESCALATION, [each for each in overdue if each[1].overdue < escalated]),
    }


def _late(today: dt.date) -> list[Late]:
    supplied = Q(supply_duties__since__lte=today) & (
        Q(supply_duties__until__isnull=True) | Q(supply_duties__until__gte=today)
    )
    entries = Dataset.objects.published().exclude(pk__in=Dataset.objects.filter(supplied).values("pk"))
    read = ((each, freshness.of(each)) for each in entries.with_arrival().select_related("current", "provider"))
    return [(each, fresh) for each, fresh in read if fresh.standing in (Standing.DUE, Standing.OVERDUE)]


@transaction.atomic
def _send(kind: str, late: list[Late]) -> int:
    told = set(FreshnessNotice.objects.filter(kind=kind).values_list("dataset", "due"))
    sent = 0
    for entry, fresh in late:
        if (entry.pk, fresh.due) in told:
            continue
        _row, made = FreshnessNotice.objects.get_or_create(dataset=entry, due=fresh.due, kind=kind)
        if not made:
            continue
        to = centre() if kind == Kind.ESCALATION else entry.provider
        context = {"title": entry.current.title, "office": str(entry.provider), "due": fresh.due}
        template = "data-freshness-due" if kind == Kind.REMINDER else "data-freshness-overdue"
        stream = f"dataset/{entry.code}"
        outbox.send(template, to, context, about=stream)
        log.record(stream, f"catalogue.{kind}", actor=Actor.system("catalogue"), target=fresh.due.isoformat())
        sent += 1
    return sent
