"""The catalogue in admin: entries to read; scenarios and duties are kept here."""

from django.contrib import admin

from apps.datashare.catalogue.models import DataField, Dataset, DatasetVersion, Duty, FreshnessNotice, Scenario
from apps.kernel.readonly import ReadOnly, ReadOnlyAdmin


class FieldInline(ReadOnly, admin.TabularInline):
    model = DataField


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyAdmin):
    list_display = ["code", "provider", "current", "changed_at", "retired_at"]
    list_filter = ["provider"]
    list_select_related = ["provider", "current"]
    search_fields = ["code", "current__title"]


@admin.register(DatasetVersion)
class DatasetVersionAdmin(ReadOnlyAdmin):
    list_display = ["dataset", "number", "title", "state", "sharing", "frequency", "security", "published_at"]
    list_filter = ["state", "sharing", "theme"]
    list_select_related = ["dataset"]
    search_fields = ["dataset__code", "title"]
    inlines = [FieldInline]


@admin.register(Scenario)
class ScenarioAdmin(admin.ModelAdmin):
    list_display = ["code", "title", "basis"]
    search_fields = ["code", "title"]


@admin.register(Duty)
class DutyAdmin(admin.ModelAdmin):
    list_display = ["office", "subject", "dataset", "basis"]
    list_filter = ["office"]
    list_select_related = ["office", "dataset"]
    search_fields = ["subject"]


@admin.register(FreshnessNotice)
class FreshnessNoticeAdmin(ReadOnlyAdmin):
    list_display = ["dataset", "due", "kind", "at"]
    list_filter = ["kind", "dataset__provider"]
    list_select_related = ["dataset"]
