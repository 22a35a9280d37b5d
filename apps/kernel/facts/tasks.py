"""Scheduled work on facts."""

from celery import shared_task

from apps.kernel.facts import register


@shared_task(name="facts.refresh_register")
def refresh_register() -> None:
    """Take over what is new in the register."""
    register.refresh()
