"""Supply duties in admin: to keep; deliveries to read."""

from django.contrib import admin

from apps.datashare.supply.models import SupplyDelivery, SupplyDuty
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(SupplyDuty)
class SupplyDutyAdmin(admin.ModelAdmin):
    list_display = ["office", "subject", "frequency", "within", "since", "until"]
    list_filter = ["frequency", "office"]


@admin.register(SupplyDelivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["ref", "duty", "period_end", "rows", "at"]
    search_fields = ["ref"]
