"""Chapters 5 and 6's tables, gathered from their rooms."""

from apps.supervision.complaints import models as complaints
from apps.supervision.credit import models as credit
from apps.supervision.dishonesty import models as dishonesty
from apps.supervision.joint import models as joint
from apps.supervision.liability import models as liability
from apps.supervision.referral import models as referral
from apps.supervision.reports import models as reports
from apps.supervision.reports import procedure as report_procedure
from apps.supervision.reports import recovery_models as report_recovery
from apps.supervision.risk import models as risk

__all__ = [
    "complaints",
    "credit",
    "dishonesty",
    "joint",
    "liability",
    "referral",
    "report_procedure",
    "report_recovery",
    "reports",
    "risk",
]
