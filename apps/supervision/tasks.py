"""Chapters 5 and 6's scheduled work, gathered from their rooms for Celery to find."""

from apps.supervision.complaints import tasks as complaints
from apps.supervision.liability import tasks as liability
from apps.supervision.reports import tasks as reports

__all__ = ["complaints", "liability", "reports"]
