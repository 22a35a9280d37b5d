"""Scheduled work on invoices."""

import datetime as dt

from celery import shared_task

from apps.kernel.workcalendar import clock
from apps.services.invoices import aggregates


@shared_task
def refresh_facts() -> None:
    """Tell the facts what the invoices of the last whole month say; running it again changes nothing."""
    last = clock.today().replace(day=1) - dt.timedelta(days=1)
    aggregates.refresh_facts(last.year, last.month)
