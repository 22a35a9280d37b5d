"""Invoices in admin: to read, never to edit."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnly
from apps.services.invoices.models import Invoice, InvoiceLine


class LineInline(ReadOnly, admin.TabularInline):
    model = InvoiceLine
    fields = ["position", "tax_class", "name", "quantity", "price", "amount", "treatment", "rate", "tax"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "kind", "status", "issued_at", "seller_name", "buyer_name", "total"]
    list_filter = ["kind", "status"]
    search_fields = ["number", "seller_number", "buyer_number"]
    date_hierarchy = "issued_at"
    show_full_result_count = False
    inlines = [LineInline]
