"""Reads, exports, findings and preconditions in admin: to read."""

from django.contrib import admin

from apps.datashare.use.models import DataAccess, DataExport, Precondition, UseFinding
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(DataAccess)
class AccessAdmin(ReadOnlyAdmin):
    list_display = ["ref", "at", "office", "user", "released", "refusal"]
    search_fields = ["ref", "user__display_name"]
    list_select_related = ["office", "user"]
    list_filter = ["released", "refusal"]


@admin.register(DataExport)
class ExportAdmin(ReadOnlyAdmin):
    list_display = ["ref", "access", "format", "rows"]
    list_filter = ["format"]
    list_select_related = ["access"]
    search_fields = ["ref"]


@admin.register(UseFinding)
class FindingAdmin(ReadOnlyAdmin):
    list_display = ["ref", "kind", "office", "user", "day", "times", "state"]
    search_fields = ["ref", "user__display_name"]
    list_select_related = ["office", "user"]
    list_filter = ["kind", "state"]


@admin.register(Precondition)
class PreconditionAdmin(ReadOnlyAdmin):
    list_display = ["office", "matter", "status", "basis", "state", "at"]
    search_fields = ["matter", "basis"]
    list_select_related = ["office"]
    list_filter = ["state"]
