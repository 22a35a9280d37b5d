"""Chapters 5 and 6 in admin, gathered from their rooms."""

from apps.supervision.complaints import admin as complaints
from apps.supervision.liability import admin as liability
from apps.supervision.referral import admin as referral
from apps.supervision.reports import admin as reports

__all__ = ["complaints", "liability", "referral", "reports"]
