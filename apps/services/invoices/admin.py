"""Invoices in admin: to read, never to edit."""

from django.contrib import admin

from apps.services.invoices.models import Invoice, InvoiceLine


class _ReadOnly:
    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class LineInline(_ReadOnly, admin.TabularInline):
    model = InvoiceLine
    fields = ["position", "tax_class", "name", "quantity", "price", "amount", "treatment", "rate", "tax"]


@admin.register(Invoice)
class InvoiceAdmin(_ReadOnly, admin.ModelAdmin):
    list_display = ["number", "kind", "status", "issued_at", "seller_name", "buyer_name", "total"]
    list_filter = ["kind", "status"]
    search_fields = ["number", "seller_number", "buyer_number"]
    date_hierarchy = "issued_at"
    show_full_result_count = False
    inlines = [LineInline]
