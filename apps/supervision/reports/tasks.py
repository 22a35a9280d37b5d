"""Scheduled work of reports: keys of people who left and of times that are over go (Art 36)."""

from celery import shared_task

from apps.supervision.reports import keys


@shared_task(name="reports.withdraw_lapsed")
def withdraw_lapsed() -> int:
    """Delete sealed keys nobody may use any more."""
    return keys.withdraw_lapsed()
