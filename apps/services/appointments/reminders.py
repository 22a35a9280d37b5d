"""Visitors are reminded once, the day before (Art 10)."""

import datetime as dt

from django.db import transaction

from apps.kernel.notifications import outbox
from apps.kernel.workcalendar import clock
from apps.services.appointments.models import Booking

BATCH = 200


def sweep() -> int:
    """Remind of every appointment of tomorrow that was not reminded of yet."""
    sent = 0
    while batch := _remind_batch():
        sent += batch
    return sent


@transaction.atomic
def _remind_batch() -> int:
    rows = list(
        Booking.objects.filter(
            state=Booking.State.CONFIRMED, day=clock.today() + dt.timedelta(days=1), reminded_at__isnull=True
        )
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("party", "slot__site", "slot__line")
        .order_by("id")[:BATCH]
    )
    for row in rows:
        outbox.send(
            "appointment-tomorrow",
            row.party,
            {
                "site": row.slot.site.name,
                "address": row.slot.site.address,
                "line": row.slot.line,
                "day": row.day,
                "hours": row.slot.hours,
                "needs": "、".join(row.slot.line.papers) or "—",
            },
            about=f"appointment/{row.ref}",
            valid_until=row.slot.starts_at,
        )
    Booking.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=clock.now())
    return len(rows)
