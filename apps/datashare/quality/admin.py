"""Assessments in admin: to read."""

from django.contrib import admin

from apps.datashare.quality.models import QualityAssessment, QualityScore
from apps.kernel.readonly import ReadOnlyAdmin


class ScoreInline(admin.TabularInline):
    model = QualityScore
    fields = ["indicator", "direction", "hits", "out_of", "weight", "value"]
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(QualityAssessment)
class QualityAssessmentAdmin(ReadOnlyAdmin):
    list_display = ["office", "dataset", "period", "total", "quality", "effect", "security", "rules", "current"]
    inlines = [ScoreInline]
