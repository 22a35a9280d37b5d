"""Sources, their schedules, allowed hosts and fact mappings are kept here; runs are to look at."""

from django.contrib import admin
from django.http import HttpRequest

from apps.datashare.pulls import scheduling
from apps.datashare.pulls.models import AllowedHost, FactMapping, Pull, PullSource, RunCount
from apps.kernel.inlines import LabelledInline
from apps.kernel.readonly import ReadOnly, ReadOnlyAdmin


class FactMappingInline(LabelledInline):
    model = FactMapping


@admin.register(PullSource)
class PullSourceAdmin(admin.ModelAdmin):
    list_display = ["dataset", "kind", "mode", "address", "schedule", "paused_at", "failures", "open_until"]
    list_filter = ["kind", "mode"]
    list_select_related = ["dataset", "schedule"]
    search_fields = ["dataset__code", "address"]
    readonly_fields = ["paused_at", "failures", "open_until", "cursor_at", "cursor_key"]
    inlines = [FactMappingInline]

    def save_model(self, request: HttpRequest, obj: PullSource, form, change) -> None:
        super().save_model(request, obj, form, change)
        scheduling.arrange(obj)


@admin.register(AllowedHost)
class AllowedHostAdmin(admin.ModelAdmin):
    list_display = ["host", "note"]
    search_fields = ["host"]


class RunCountInline(ReadOnly, admin.TabularInline):
    model = RunCount


@admin.register(Pull)
class PullAdmin(ReadOnlyAdmin):
    list_display = ["ref", "source", "kind", "state", "block", "at", "finished", "received", "quarantined"]
    list_filter = ["state", "block", "kind"]
    list_select_related = ["source__dataset"]
    search_fields = ["ref", "source__dataset__code"]
    inlines = [RunCountInline]
