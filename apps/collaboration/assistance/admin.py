"""Requests for assistance in admin: to read."""

from django.contrib import admin

from apps.collaboration.assistance.models import AssistanceRequest
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(AssistanceRequest)
class AssistanceRequestAdmin(ReadOnlyAdmin):
    list_display = ["case", "subject", "requester", "assister"]
    list_filter = ["requester", "assister"]
    search_fields = ["case__number", "subject"]
    list_select_related = ["case", "requester", "assister"]
    fields = ["case", "requester", "assister", "subject", "legal_basis", "completed_once"]
