"""Corrections and audits in admin: to read."""

from django.contrib import admin

from apps.datashare.corrections.models import AuditRun, DataCorrection
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(DataCorrection)
class DataCorrectionAdmin(ReadOnlyAdmin):
    list_display = ["case", "origin", "provider", "field", "dataset", "corrected_at", "settled_at"]


@admin.register(AuditRun)
class AuditRunAdmin(ReadOnlyAdmin):
    list_display = ["audit", "office", "at", "compared", "matched", "opened"]
