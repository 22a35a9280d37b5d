"""Grants in admin: to read; they change only through their door."""

from django.contrib import admin

from apps.datashare.requests.models import DataGrant, DataGrantEvent
from apps.kernel.readonly import ReadOnly, ReadOnlyAdmin


class EventInline(ReadOnly, admin.TabularInline):
    model = DataGrantEvent
    extra = 0


@admin.register(DataGrant)
class GrantAdmin(ReadOnlyAdmin):
    list_display = ["ref", "office", "dataset", "valid_from", "valid_until", "revoked_at"]
    list_filter = ["direct"]
    search_fields = ["ref"]
    inlines = [EventInline]
