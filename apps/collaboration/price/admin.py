"""Price determinations in admin: to read."""

from django.contrib import admin

from apps.collaboration.price.models import PriceAssessment, PriceConclusion, PriceDetermination, PriceMessage
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(PriceDetermination)
class PriceDeterminationAdmin(ReadOnlyAdmin):
    list_display = ["case", "purpose", "requester", "bureau", "basis_date"]
    list_filter = ["purpose", "bureau"]
    search_fields = ["case__number"]
    list_select_related = ["case", "requester", "bureau"]
    exclude = ["dispute"]


@admin.register(PriceConclusion)
class PriceConclusionAdmin(ReadOnlyAdmin):
    list_display = ["document", "office", "concluded_on", "total", "replaced_by"]
    list_filter = ["office", "concluded_on"]
    search_fields = ["document__number"]
    list_select_related = ["document", "office", "replaced_by__document"]


@admin.register(PriceMessage)
class PriceMessageAdmin(ReadOnlyAdmin):
    list_display = ["ref", "office", "state", "code", "received_at"]
    search_fields = ["ref"]
    list_filter = ["state", "code"]
    list_select_related = ["office"]
    exclude = ["content"]


@admin.register(PriceAssessment)
class PriceAssessmentAdmin(ReadOnlyAdmin):
    list_display = ["case", "conclusion", "levy", "period", "amount"]
    list_filter = ["levy"]
    search_fields = ["case__number"]
    list_select_related = ["case", "conclusion__document", "levy"]
