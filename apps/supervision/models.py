"""Chapters 5 and 6's tables, gathered from their rooms."""

from apps.supervision.complaints import models as complaints
from apps.supervision.credit import models as credit
from apps.supervision.reports import models as reports
from apps.supervision.reports import procedure as report_procedure

__all__ = ["complaints", "credit", "report_procedure", "reports"]
