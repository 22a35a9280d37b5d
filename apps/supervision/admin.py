"""Chapters 5 and 6 in admin, gathered from their rooms."""

from apps.supervision.complaints import admin as complaints
from apps.supervision.credit import admin as credit
from apps.supervision.reports import admin as reports

__all__ = ["complaints", "credit", "reports"]
