"""Returns in admin: to read, never to edit - they change only through their case."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnly
from apps.services.filing.models import (
    BatchItem,
    DecisionTrace,
    FigureDispute,
    FilingBatch,
    FilingExtended,
    Return,
    ReturnAmount,
    ReturnFigure,
    ReturnLine,
    SourceDetail,
)


class FigureInline(ReadOnly, admin.TabularInline):
    model = ReturnFigure
    fields = ["kind", "rate", "detail", "imported", "source", "as_of", "declared", "confirmed", "reason"]


class LineInline(ReadOnly, admin.TabularInline):
    model = ReturnLine
    fields = ["position", "label", "formula", "amount", "source"]


class AmountInline(ReadOnly, admin.TabularInline):
    model = ReturnAmount
    fields = ["name", "amount"]


class BatchItemInline(ReadOnly, admin.TabularInline):
    model = BatchItem
    fields = ["party", "kind", "period", "outcome", "case", "message", "at"]


class TraceInline(ReadOnly, admin.TabularInline):
    model = DecisionTrace
    fields = ["at", "label", "passed", "facts", "source"]


@admin.register(Return)
class ReturnAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "kind", "period", "taxpayer_type", "standing", "total", "due_on"]
    list_filter = ["kind", "standing", "taxpayer_type", "period"]
    search_fields = ["case__number"]
    list_select_related = ["case"]
    inlines = [FigureInline, AmountInline, LineInline, TraceInline]


@admin.register(FigureDispute)
class FigureDisputeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["figure", "stated", "claimed", "at"]
    search_fields = ["figure__tax_return__case__number"]
    list_select_related = ["figure__tax_return"]


@admin.register(SourceDetail)
class SourceDetailAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["levy", "name", "item", "base", "since", "until", "source", "closed_at"]
    list_filter = ["levy"]
    search_fields = ["ref"]


@admin.register(FilingBatch)
class FilingBatchAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "agency", "user", "created_at"]
    search_fields = ["ref", "agency__name"]
    list_select_related = ["agency", "user"]
    inlines = [BatchItemInline]


@admin.register(FilingExtended)
class FilingExtendedAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "party", "period", "until"]
    search_fields = ["case__number", "party__name"]
    list_select_related = ["case", "party"]
