"""Agreements end on their last day (Art 23)."""

from celery import shared_task

from apps.collaboration.delegated import procedure


@shared_task(name="delegated.expire")
def expire() -> int:
    """End what has passed its last day; again changes nothing."""
    return procedure.expire_due()
