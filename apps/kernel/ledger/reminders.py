"""Payers are reminded once of each charge that falls due soon (Art 12: reminders without being asked)."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from apps.kernel.ledger.models import Charge
from apps.kernel.notifications import outbox
from apps.kernel.workcalendar import clock

AHEAD = dt.timedelta(days=3)
BATCH = 200


def sweep() -> int:
    """Remind of every unpaid charge due within three days that was not reminded of yet, overdue ones included."""
    sent = 0
    while batch := _remind_batch():
        sent += batch
    return sent


@transaction.atomic
def _remind_batch() -> int:
    rows = list(
        Charge.objects.filter(paid__lt=F("amount"), reminded_at__isnull=True, due__lte=clock.today() + AHEAD)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("levy", "party")
        .order_by("due", "id")[:BATCH]
    )
    for charge in rows:
        outbox.send(
            "charge-due",
            charge.party,
            {"levy": charge.levy, "period": charge.period, "amount": charge.outstanding, "due": charge.due},
            about=f"charge/{charge.ref}",
        )
    Charge.objects.filter(pk__in=[charge.pk for charge in rows]).update(reminded_at=clock.now())
    return len(rows)
