"""Corrections and audits in admin: to read."""

from django.contrib import admin

from apps.datashare.corrections.models import AuditRun, DataCorrection
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(DataCorrection)
class DataCorrectionAdmin(ReadOnlyAdmin):
    list_display = ["case", "origin", "provider", "field", "dataset", "corrected_at", "settled_at"]
    list_filter = ["origin", "provider"]
    search_fields = ["case__number", "field", "dataset__code"]
    list_select_related = ["case", "provider", "dataset"]


@admin.register(AuditRun)
class AuditRunAdmin(ReadOnlyAdmin):
    list_display = ["audit", "office", "at", "compared", "matched", "opened"]
    list_filter = ["audit", "office"]
    list_select_related = True
