"""Delegated collection in admin, to read."""

from django.contrib import admin

from apps.collaboration.delegated.models import (
    AgreementVersion,
    CollectedItem,
    CollectionBatch,
    DelegatedAgreement,
    FeeStatement,
    Remittance,
)
from apps.kernel.readonly import ReadOnly


@admin.register(DelegatedAgreement)
class DelegatedAgreementAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "kind", "area", "begins", "ends", "ending"]
    search_fields = ["case__number"]
    list_select_related = ["case"]
    list_filter = ["kind", "ending"]


@admin.register(AgreementVersion)
class AgreementVersionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["agreement", "number", "sha256", "drafted_at"]
    search_fields = ["agreement__case__number", "sha256"]
    list_select_related = ["agreement__case"]


@admin.register(CollectionBatch)
class CollectionBatchAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "agreement", "state", "control_count", "control_total", "received_at"]
    list_select_related = ["agreement__case"]
    list_filter = ["state"]
    search_fields = ["ref"]


@admin.register(CollectedItem)
class CollectedItemAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["receipt_number", "agreement", "levy", "amount", "collected_on", "state"]
    list_select_related = ["agreement__case", "levy"]
    list_filter = ["state", "levy"]
    search_fields = ["receipt_number", "ref"]


@admin.register(Remittance)
class RemittanceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "agreement", "day", "due"]
    list_filter = ["day"]
    list_select_related = ["agreement__case"]
    search_fields = ["ref"]


@admin.register(FeeStatement)
class FeeStatementAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["agreement", "year", "amount", "confirmed_at"]
    list_filter = ["year"]
    search_fields = ["agreement__case__number"]
    list_select_related = ["agreement__case"]
