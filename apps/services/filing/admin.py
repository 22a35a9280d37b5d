"""Returns in admin: to read, never to edit - they change only through their case."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnly
from apps.services.filing.models import DecisionTrace, FigureDispute, ReturnFigure, ReturnLine, VatReturn


class FigureInline(ReadOnly, admin.TabularInline):
    model = ReturnFigure
    fields = ["kind", "rate", "imported", "source", "as_of", "declared", "confirmed", "reason"]


class LineInline(ReadOnly, admin.TabularInline):
    model = ReturnLine
    fields = ["position", "label", "formula", "amount", "source"]


class TraceInline(ReadOnly, admin.TabularInline):
    model = DecisionTrace
    fields = ["at", "label", "passed", "facts", "source"]


@admin.register(VatReturn)
class VatReturnAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "period", "taxpayer_type", "standing", "total", "due_on"]
    list_filter = ["standing", "taxpayer_type", "period"]
    search_fields = ["case__number"]
    list_select_related = ["case"]
    inlines = [FigureInline, LineInline, TraceInline]


@admin.register(FigureDispute)
class FigureDisputeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["figure", "stated", "claimed", "at"]
    search_fields = ["figure__vat_return__case__number"]
    list_select_related = ["figure__vat_return"]
