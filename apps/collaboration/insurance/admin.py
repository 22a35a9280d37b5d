"""Contributions in admin: duties and funds to keep, the rest to read."""

from django.contrib import admin

from apps.collaboration.insurance.models import (
    AssistanceFund,
    InsuranceBill,
    InsuranceDeclaration,
    InsuranceDuty,
    InsuranceExchange,
    InsuranceFeedback,
    InsuranceRegistration,
)
from apps.kernel.readonly import ReadOnly


@admin.register(InsuranceDuty)
class InsuranceDutyAdmin(admin.ModelAdmin):
    list_display = ["office", "levy"]
    list_filter = ["office"]
    search_fields = ["office__name", "levy__name"]
    list_select_related = ["office", "levy"]


@admin.register(AssistanceFund)
class AssistanceFundAdmin(admin.ModelAdmin):
    list_display = ["office", "payer"]
    list_filter = ["office"]
    search_fields = ["office__name", "payer__name"]
    list_select_related = ["office", "payer"]
    raw_id_fields = ["payer"]


@admin.register(InsuranceExchange)
class InsuranceExchangeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "office", "kind", "state", "reason", "lines", "unmatched", "received_at"]
    list_filter = ["state", "kind", "reason"]
    search_fields = ["ref", "message_id"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content")


@admin.register(InsuranceBill)
class InsuranceBillAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "levy", "period", "persons", "amount", "due", "made_on"]
    list_filter = ["levy", "office"]
    search_fields = ["ref"]


@admin.register(InsuranceDeclaration)
class InsuranceDeclarationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "period", "state", "persons", "in_force", "submitted_at"]
    list_filter = ["state"]
    search_fields = ["ref"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content")


@admin.register(InsuranceRegistration)
class InsuranceRegistrationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "office", "injury_rate", "since", "until"]
    list_filter = ["office"]
    list_select_related = ["office"]
    search_fields = ["number"]


@admin.register(InsuranceFeedback)
class InsuranceFeedbackAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "bill", "amount", "total", "collected_on", "at"]
    search_fields = ["bill__ref"]
    list_select_related = ["bill"]
    list_filter = ["office"]
