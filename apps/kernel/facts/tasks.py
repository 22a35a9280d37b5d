"""Scheduled work on facts."""

from celery import shared_task

from apps.kernel.facts import register


@shared_task
def refresh_register() -> None:
    """Bring the profiles up to what the register says; running it again changes nothing."""
    register.refresh()
