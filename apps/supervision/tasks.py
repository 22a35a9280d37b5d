"""Chapters 5 and 6's scheduled work, gathered from their rooms for Celery to find."""

from apps.supervision.complaints import tasks as complaints
from apps.supervision.credit import tasks as credit
from apps.supervision.reports import tasks as reports

__all__ = ["complaints", "credit", "reports"]
