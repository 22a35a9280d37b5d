"""Scheduled work of credit: finding, telling, the yearly run."""

from celery import shared_task

from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.supervision.credit import deductions, mending, yearly
from apps.supervision.credit.models import CreditRun


@shared_task(name="credit.sweep")
def sweep() -> int:
    """Find what fell due and was not paid."""
    return mending.sweep()


@shared_task(name="credit.tell")
def tell() -> int:
    """Tell payers of deductions."""
    return deductions.tell()


@shared_task(name="credit.yearly", ignore_result=True)
def evaluate() -> None:
    """From the month of publication on: evaluate last year once, and publish it."""
    year = clock.today().year - 1
    if not yearly.may_publish(year):
        return
    system = Actor.system("credit")
    yearly.start(year, system)
    yearly.work()
    run = CreditRun.objects.get(year=year)
    if run.state == CreditRun.State.EVALUATED:
        yearly.publish(run, system)
        yearly.work()


@shared_task(name="credit.work", ignore_result=True)
def work() -> None:
    """Go on with a run that is under way and that nobody works on."""
    yearly.work()
