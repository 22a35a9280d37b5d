"""Scheduled work on complaints."""

from celery import shared_task

from apps.supervision.complaints import silence


@shared_task(name="complaints.accept_silent")
def accept_silent() -> int:
    """Accept named complaints whose time to be refused has run out."""
    return silence.accept()
