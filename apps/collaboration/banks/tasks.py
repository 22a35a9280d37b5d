"""Scheduled work of Article 29."""

from celery import shared_task

from apps.collaboration.banks import releasing


@shared_task(name="banks.end_expired")
def end_expired() -> int:
    """Order the release of what has been frozen for the whole term."""
    return releasing.end_expired()
