"""Registered mail in admin: to read only."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnly
from apps.services.channels.models import Mailing


@admin.register(Mailing)
class MailingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["tracking", "case", "carrier", "posted_on", "received_on", "complete"]
    list_filter = ["carrier", "complete"]
    search_fields = ["tracking", "case__number"]
    list_select_related = ["case"]
