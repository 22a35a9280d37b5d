"""Chapters 5 and 6 in admin, gathered from their rooms."""

from apps.supervision.complaints import admin as complaints
from apps.supervision.credit import admin as credit
from apps.supervision.dishonesty import admin as dishonesty
from apps.supervision.joint import admin as joint
from apps.supervision.liability import admin as liability
from apps.supervision.referral import admin as referral
from apps.supervision.reports import admin as reports
from apps.supervision.risk import admin as risk

__all__ = [
    "complaints",
    "credit",
    "dishonesty",
    "joint",
    "liability",
    "referral",
    "reports",
    "risk",
]
