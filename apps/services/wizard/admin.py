"""Guides' transcripts in admin: to read only."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnly
from apps.services.wizard.models import Transcript


@admin.register(Transcript)
class TranscriptAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["tree", "procedure", "case", "at"]
    list_filter = ["tree", "procedure"]
    search_fields = ["case__number"]
    list_select_related = ["case"]
