"""Article 29 in admin: to read."""

from django.contrib import admin

from apps.collaboration.banks.models import AccountEnquiry, AccountOrder, AccountRead, PayOrder
from apps.kernel.readonly import ReadOnly


@admin.register(PayOrder)
class PayOrderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "party", "regime", "amount", "pay_by", "office"]
    search_fields = ["ref", "party__name"]
    list_select_related = ["party", "office"]
    list_filter = ["regime"]


@admin.register(AccountEnquiry)
class AccountEnquiryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "party", "bank", "ground", "answered_at"]
    search_fields = ["case__number", "party__name"]
    list_select_related = ["case", "party", "bank"]
    list_filter = ["ground"]


@admin.register(AccountOrder)
class AccountOrderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "party", "bank", "ground", "limit", "executed", "release"]
    search_fields = ["case__number", "party__name"]
    list_select_related = ["case", "party", "bank"]
    list_filter = ["ground", "release"]


@admin.register(AccountRead)
class AccountReadAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "enquiry", "user", "at", "purpose", "finding"]
    search_fields = ["ref", "user__display_name"]
    list_select_related = ["enquiry__case", "user"]
    list_filter = ["finding"]
