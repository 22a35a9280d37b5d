"""Scheduled and handed-over work on invoices."""

import datetime as dt

from celery import shared_task

from apps.kernel.workcalendar import clock
from apps.services.invoices import aggregates, receiving, red_letters
from apps.services.invoices.models import InvoiceReceipt

PATIENCE = 5  # seconds between looks while the scanner is at work
LOOKS = 24


@shared_task
def refresh_facts() -> None:
    """Tell the facts what the invoices of the last whole month say; running it again changes nothing."""
    last = clock.today().replace(day=1) - dt.timedelta(days=1)
    aggregates.refresh_facts(last.year, last.month)


@shared_task(name="services.take_in_receipt", bind=True, max_retries=LOOKS)
def take_in_receipt(task, receipt_id: int) -> None:
    """Take in the files of one receipt; while some are in quarantine, come back soon."""
    if not receiving.take_in(InvoiceReceipt.objects.get(pk=receipt_id)) and task.request.retries < LOOKS:
        raise task.retry(countdown=PATIENCE)


@shared_task(name="services.take_in_waiting_receipts")
def take_in_waiting_receipts() -> None:
    """Take in what the broker or the scanner missed."""
    receiving.take_in_waiting()


@shared_task(name="services.lapse_red_letters")
def lapse_red_letters() -> int:
    """End red-letter forms that nobody answered in time."""
    return red_letters.lapse_overdue()
