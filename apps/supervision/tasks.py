"""Chapters 5 and 6's scheduled work, gathered from their rooms for Celery to find."""

from apps.supervision.complaints import tasks as complaints
from apps.supervision.credit import tasks as credit
from apps.supervision.dishonesty import tasks as dishonesty
from apps.supervision.liability import tasks as liability
from apps.supervision.reports import tasks as reports
from apps.supervision.risk import tasks as risk

__all__ = [
    "complaints",
    "credit",
    "dishonesty",
    "liability",
    "reports",
    "risk",
]
