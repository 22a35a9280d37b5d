"""Background work of the ledger."""

import datetime as dt

from celery import shared_task

from apps.kernel.ledger import reconciliation, reminders
from apps.kernel.workcalendar import clock


@shared_task(name="ledger.reconcile")
def reconcile() -> int:
    """Ask the gateway about what its callbacks did not tell."""
    return reconciliation.sweep()


@shared_task(name="ledger.reconcile_yesterday")
def reconcile_yesterday() -> None:
    """Compare yesterday with the gateway's statement."""
    reconciliation.compare(clock.today() - dt.timedelta(days=1))


@shared_task(name="ledger.remind")
def remind() -> int:
    """Remind payers of charges that fall due soon."""
    return reminders.sweep()
