"""Checks in admin: to read."""

from django.contrib import admin

from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.readonly import ReadOnly


@admin.register(CertificateCheck)
class CertificateCheckAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "office", "matter", "outcome", "channel", "checked_at"]
    list_filter = ["outcome", "matter", "channel"]
    search_fields = ["ref", "matter_number"]
