"""Bundles in admin: to read, never to edit - they change only through their cases."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnly
from apps.services.bundles.models import PartRecord


@admin.register(PartRecord)
class PartRecordAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "number", "amount", "medical_amount", "valid_until", "certificate_checked_at"]
    search_fields = ["case__number", "number"]
    list_select_related = ["case"]
