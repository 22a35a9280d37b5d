"""Chapters 5 and 6: tables, gathered from the rooms."""

from apps.supervision.reports import models as reports
from apps.supervision.reports import procedure as report_procedure

__all__ = [
    "report_procedure",
    "reports",
]
