"""Scheduled work of risk management: the monthly run, runs whose worker was lost, answers overdue, tasks that wait."""

from celery import shared_task
from django.db import transaction

from apps.kernel.parties.actors import Actor
from apps.supervision.risk import assigning, lapsing, running


@shared_task(name="risk.scan", ignore_result=True)
def scan() -> None:
    """Run the indicators over the whole city; a second start on the way joins the first."""
    running.start(Actor.system("risk"))
    running.work()


@shared_task(name="risk.work", ignore_result=True)
def work() -> None:
    """Go on with a run that is under way and that nobody works on."""
    running.work()


@shared_task(name="risk.follow", ignore_result=True)
def follow() -> None:
    """Mark reminders nobody answered in time, and give offices with room what waits."""
    lapsing.lapse()
    with transaction.atomic():
        assigning.assign()
