"""Facts in admin: to read, never to edit - ``writer`` is the only door."""

from django.contrib import admin

from apps.kernel.facts.models import Dispute, Profile, Provenance, Run, Source
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "office", "rank"]
    search_fields = ["code", "name"]


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ["source", "kind", "as_of", "started", "finished", "received", "changed", "confirmed", "outdated"]
    search_fields = ["source__code", "source__name"]
    list_filter = ["source", "kind"]
    date_hierarchy = "started"
    list_select_related = ["source"]


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin):
    list_display = ["party", "form", "industry_code", "district", "vat_kind"]
    list_filter = ["form", "vat_kind", "district"]
    search_fields = ["party__ref"]
    list_select_related = ["party"]


@admin.register(Provenance)
class ProvenanceAdmin(ReadOnlyAdmin):
    list_display = ["party", "field", "source", "as_of", "at", "current"]
    list_filter = ["source", "current"]
    search_fields = ["party__ref", "field"]
    list_select_related = ["party", "source"]


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    list_display = ["ref", "party", "field", "state", "at"]
    list_filter = ["state"]
    search_fields = ["ref", "party__ref", "field"]
    list_select_related = ["party"]
