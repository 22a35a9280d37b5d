"""Article 29 in admin: to read."""

from django.contrib import admin

from apps.collaboration.banks.models import AccountEnquiry, AccountOrder, AccountRead, PayOrder
from apps.kernel.readonly import ReadOnly


@admin.register(PayOrder)
class PayOrderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "party", "regime", "amount", "pay_by", "office"]
    list_filter = ["regime"]


@admin.register(AccountEnquiry)
class AccountEnquiryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "party", "bank", "ground", "answered_at"]
    list_filter = ["ground"]


@admin.register(AccountOrder)
class AccountOrderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "party", "bank", "ground", "limit", "executed", "release"]
    list_filter = ["ground", "release"]


@admin.register(AccountRead)
class AccountReadAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "enquiry", "user", "at", "purpose", "finding"]
    list_filter = ["finding"]
