"""Chapters 5 and 6: scheduled work, gathered from the rooms for Celery to find."""

from apps.supervision.reports import tasks as reports

__all__ = [
    "reports",
]
