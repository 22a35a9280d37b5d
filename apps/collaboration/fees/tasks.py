"""Long deliveries, letters and feedback, by workers and on the clock."""

import datetime as dt

from celery import shared_task

from apps.collaboration.fees import billing, feedback, intake
from apps.collaboration.fees.models import FeeDelivery
from apps.kernel.workcalendar import clock

LATELY = dt.timedelta(hours=1)  # longer than any transaction that puts money on charges


@shared_task(name="fees.take_in_delivery")
def take_in_delivery(delivery_id: int) -> None:
    """Take in one delivery; again changes nothing."""
    intake.take_in(delivery_id)
    billing.tell_payers()


@shared_task(name="fees.take_in_waiting")
def take_in_waiting() -> int:
    """Take in what a lost worker or broker left."""
    waiting = list(FeeDelivery.objects.filter(state=FeeDelivery.State.RECEIVED).values_list("pk", flat=True))
    for delivery_id in waiting:
        intake.take_in(delivery_id)
    return len(waiting)


@shared_task(name="fees.tell")
def tell() -> int:
    """Bills to payers, and what was collected of late to departments."""
    return billing.tell_payers() + feedback.tell_departments(since=clock.now() - LATELY)


@shared_task(name="fees.tell_all")
def tell_all() -> int:
    """What no run has told for an hour or more, as when everything stood still."""
    return feedback.tell_departments()
