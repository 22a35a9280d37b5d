"""Invoices in admin: to read, never to edit."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnly, ReadOnlyAdmin
from apps.services.invoices.models import (
    ArchivePackage,
    Invoice,
    InvoiceIssue,
    InvoiceLine,
    InvoiceReceipt,
    PurposeConfirmation,
    QuotaGrant,
    QuotaMonth,
    ReceivedInvoice,
    RedLetter,
    RedLetterLine,
    UseMark,
)


class LineInline(ReadOnly, admin.TabularInline):
    model = InvoiceLine
    fields = ["position", "tax_class", "name", "quantity", "price", "amount", "treatment", "rate", "tax", "red_amount"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "status", "issued_at", "seller_name", "buyer_name", "total"]
    list_filter = ["kind", "status"]
    search_fields = ["number", "seller_number", "buyer_number"]
    date_hierarchy = "issued_at"
    inlines = [LineInline]


@admin.register(InvoiceIssue)
class InvoiceIssueAdmin(ReadOnlyAdmin):
    list_display = ["invoice", "party", "issued_by", "channel"]
    list_select_related = ["invoice", "party", "issued_by"]
    list_filter = ["channel"]
    search_fields = ["invoice__number"]
    exclude = ["code", "idempotency_key"]


@admin.register(QuotaGrant)
class QuotaGrantAdmin(ReadOnlyAdmin):
    list_display = ["party", "amount", "valid_from", "valid_to", "about"]
    list_select_related = ["party"]
    search_fields = ["party__name", "about"]


@admin.register(QuotaMonth)
class QuotaMonthAdmin(ReadOnlyAdmin):
    list_display = ["party", "month", "granted", "used"]
    list_select_related = ["party"]
    search_fields = ["party__name"]
    date_hierarchy = "month"


@admin.register(PurposeConfirmation)
class PurposeConfirmationAdmin(ReadOnlyAdmin):
    list_display = ["invoice", "purpose", "confirmed_at"]
    list_select_related = ["invoice"]
    list_filter = ["purpose"]
    search_fields = ["invoice__number"]


class RedLetterLineInline(ReadOnly, admin.TabularInline):
    model = RedLetterLine
    fields = ["line", "amount", "tax"]


@admin.register(RedLetter)
class RedLetterAdmin(ReadOnlyAdmin):
    list_display = ["ref", "blue", "asked_by", "reason", "amount", "state", "due_at"]
    list_select_related = ["blue", "asked_by"]
    list_filter = ["state", "reason"]
    search_fields = ["ref", "blue__number"]
    inlines = [RedLetterLineInline]


class ReceivedInvoiceInline(ReadOnly, admin.TabularInline):
    model = ReceivedInvoice
    fields = ["position", "name", "outcome", "invoice", "mistakes"]


@admin.register(InvoiceReceipt)
class InvoiceReceiptAdmin(ReadOnlyAdmin):
    list_display = ["ref", "party", "state", "expected", "received_at", "done_at"]
    list_select_related = ["party"]
    list_filter = ["state"]
    search_fields = ["ref", "party__name"]
    inlines = [ReceivedInvoiceInline]


@admin.register(UseMark)
class UseMarkAdmin(ReadOnlyAdmin):
    list_display = ["invoice", "party", "kind", "voucher", "made_at", "withdrawn_at"]
    list_select_related = ["invoice", "party"]
    list_filter = ["kind"]
    search_fields = ["invoice__number", "voucher"]


@admin.register(ArchivePackage)
class ArchivePackageAdmin(ReadOnlyAdmin):
    list_display = ["ref", "party", "sequence", "fiscal_year", "invoices_number", "keep_until", "sealed_at"]
    list_select_related = ["party"]
    search_fields = ["ref", "party__name"]
    exclude = ["file"]
