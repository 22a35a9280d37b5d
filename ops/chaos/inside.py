"""What the storm does inside the portal: who owes something, nothing new to begin, waits that are over at once."""

import datetime as dt
from decimal import Decimal

from django_celery_beat.models import PeriodicTask

from apps.datashare.pulls.models import Pull
from apps.kernel.ledger import charges
from apps.kernel.notifications.leasing import LEASE
from apps.kernel.notifications.models import Delivery, Dispatch
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import User
from apps.kernel.workcalendar import clock

SENT_BY_NOW = dt.timedelta(seconds=20)  # a row still "sending" after this belongs to a worker that died


def owes(username: str, count: int) -> tuple[str, list[str]]:
    """Give somebody charges to pay; the address of the account and the charges' references."""
    party = User.objects.get(username=username).own_party
    rows = [
        charges.Assessment(party, "vat", "2026-09", Decimal(100 + number), clock.today(), f"chaos/{number}")
        for number in range(count)
    ]
    made = charges.assess_many(rows, about="chaos", actor=Actor.system("chaos"))
    return f"/as/{party.ref}/account/", [charge.ref for charge in made]


def forget_earlier_messages() -> None:
    """The demonstration's own thousands of messages are not sent: the storm has its own to look after."""
    Delivery.objects.filter(state=Delivery.State.QUEUED).update(state=Delivery.State.EXPIRED)


def begin_nothing_new() -> None:
    """Sources are not pulled any more by their schedules; what is under way goes on."""
    for schedule in PeriodicTask.objects.filter(task="pulls.pull", enabled=True):
        schedule.enabled = False
        schedule.save()  # tells beat, which an update in bulk would not


def time_passes() -> None:
    """Pauses before a next attempt, and leases of senders that died, are over."""
    now = clock.now()
    for rows in (Delivery.objects, Dispatch.objects):
        rows.filter(state=Delivery.State.FAILED, next_attempt_at__gt=now).update(next_attempt_at=now)
        leased_before = now + LEASE - SENT_BY_NOW
        rows.filter(state=Delivery.State.SENDING, next_attempt_at__range=(now, leased_before)).update(
            next_attempt_at=now
        )
    Pull.objects.filter(state=Pull.State.WAITING, resume_at__gt=now).update(resume_at=now)
