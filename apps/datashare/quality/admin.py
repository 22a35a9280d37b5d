"""Assessments in admin: to read."""

from django.contrib import admin

from apps.datashare.quality.models import QualityAssessment, QualityScore
from apps.kernel.readonly import ReadOnly, ReadOnlyAdmin


class ScoreInline(ReadOnly, admin.TabularInline):
    model = QualityScore
    fields = ["indicator", "direction", "hits", "out_of", "weight", "value"]


@admin.register(QualityAssessment)
class QualityAssessmentAdmin(ReadOnlyAdmin):
    list_filter = ["period", "office", "current"]
    list_select_related = ["office", "dataset__current"]
    search_fields = ["office__name", "dataset__code"]
    list_display = ["office", "dataset", "period", "total", "quality", "effect", "security", "rules", "current"]
    inlines = [ScoreInline]
