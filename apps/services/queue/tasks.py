"""The queue's scheduled work."""

from celery import shared_task

from apps.services.queue import service


@shared_task(name="queue.end_past_days")
def end_past_days() -> int:
    """Tickets and windows of earlier days are closed."""
    return service.end_past_days()
