"""Supply duties in admin: to keep; deliveries to read."""

from django.contrib import admin

from apps.datashare.supply.models import SupplyDelivery, SupplyDuty
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(SupplyDuty)
class SupplyDutyAdmin(admin.ModelAdmin):
    list_display = ["office", "subject", "frequency", "within", "since", "until"]
    search_fields = ["subject", "office__name"]
    list_select_related = ["office"]
    list_filter = ["frequency", "office"]


@admin.register(SupplyDelivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["ref", "duty", "period_end", "rows", "at"]
    list_filter = ["duty__office", "period_end"]
    list_select_related = ["duty"]
    search_fields = ["ref"]
