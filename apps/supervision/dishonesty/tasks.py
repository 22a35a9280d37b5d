"""Scheduled work on the list of dishonest taxpayers."""

from celery import shared_task

from apps.supervision.dishonesty import lapsing


@shared_task(name="dishonesty.follow", ignore_result=True)
def follow() -> None:
    """Mark hearings whose term has run out."""
    lapsing.lapse()
