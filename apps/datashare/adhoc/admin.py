"""Consultations and listing requests in admin: to read."""

from django.contrib import admin

from apps.datashare.adhoc.models import Consultation, ListingRequest
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(Consultation)
class ConsultationAdmin(ReadOnlyAdmin):
    list_display = ["case", "office", "counterpart", "subject", "destroy_by", "destroyed_at"]
    list_filter = ["office", "counterpart"]
    search_fields = ["case__number", "subject"]
    list_select_related = ["case", "office", "counterpart"]


@admin.register(ListingRequest)
class ListingRequestAdmin(ReadOnlyAdmin):
    list_display = ["case", "office", "provider", "subject", "dataset"]
    list_filter = ["office", "provider"]
    search_fields = ["case__number", "subject"]
    list_select_related = ["case", "office", "provider", "dataset"]
