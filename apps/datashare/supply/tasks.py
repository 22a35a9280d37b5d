"""Expected deliveries on the clock (Art 18 para 2)."""

from celery import shared_task

from apps.datashare.supply import reminding


@shared_task(name="datashare.remind_supply")
def remind_supply() -> dict[str, int]:
    """Remind, tell what is overdue, escalate."""
    return reminding.sweep()
