"""Checks in admin: to read."""

from django.contrib import admin

from apps.collaboration.registry.models import CertificateCheck, RegistryMismatch
from apps.kernel.readonly import ReadOnly, ReadOnlyAdmin


@admin.register(CertificateCheck)
class CertificateCheckAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "office", "matter", "outcome", "resolution", "channel", "checked_at"]
    list_filter = ["outcome", "resolution", "matter", "channel"]
    search_fields = ["ref", "matter_number"]


@admin.register(RegistryMismatch)
class RegistryMismatchAdmin(ReadOnlyAdmin):
    list_display = ["case", "registry", "tax_office", "answer"]
    list_filter = ["answer"]
    search_fields = ["case__number"]
    list_select_related = ["case", "registry", "tax_office"]
    exclude = ["note"]
