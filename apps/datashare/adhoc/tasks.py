"""Destruction dates on the clock (Art 18)."""

from celery import shared_task

from apps.datashare.adhoc import reminding


@shared_task(name="datashare.remind_destruction")
def remind_destruction() -> dict[str, int]:
    """Remind, tell what is overdue, escalate."""
    return reminding.sweep()
