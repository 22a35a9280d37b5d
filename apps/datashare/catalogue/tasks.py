"""Freshness on the clock (Art 16)."""

from celery import shared_task

from apps.datashare.catalogue import reminding


@shared_task(name="datashare.remind_freshness")
def remind_freshness() -> dict[str, int]:
    """Remind, tell what is overdue, escalate."""
    return reminding.sweep()
