"""Chapters 5 and 6 in admin, gathered from the rooms."""

from apps.supervision.reports import admin as reports

__all__ = [
    "reports",
]
