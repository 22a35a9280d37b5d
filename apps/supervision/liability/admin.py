"""Orders to correct, suggestions and quarterly reports in admin: to look at."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.supervision.liability.models import DisciplineSuggestion, LiabilityOrder, QuarterlyReport


@admin.register(LiabilityOrder)
class LiabilityOrderAdmin(ReadOnlyAdmin):
    list_display = ["case", "office", "superior", "article", "escalated_at"]
    list_filter = ["article"]
    search_fields = ["case__number", "office__name"]
    list_select_related = ["case", "office", "superior"]


@admin.register(DisciplineSuggestion)
class DisciplineSuggestionAdmin(ReadOnlyAdmin):
    list_display = ["order", "authority", "proposed_at", "confirmed_at"]
    list_filter = ["proposed_at"]
    search_fields = ["order__case__number", "authority"]
    list_select_related = ["order__office"]
    fields = ["order", "authority", "clause", "proposed_by", "proposed_at", "confirmed_by", "confirmed_at"]


@admin.register(QuarterlyReport)
class QuarterlyReportAdmin(ReadOnlyAdmin):
    list_display = ["number", "period", "office", "issued_at"]
    list_filter = ["period"]
    search_fields = ["number", "office__name"]
    list_select_related = ["office"]
    fields = ["number", "period", "office", "issued_at", "issued_by"]
