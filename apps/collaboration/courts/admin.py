"""Article 30 in admin: to read."""

from django.contrib import admin

from apps.collaboration.courts.models import ArrearsClaim, BankruptcyClaim, CourtRemittance, CourtSale
from apps.kernel.readonly import ReadOnly


@admin.register(CourtSale)
class CourtSaleAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "court", "court_case", "party", "thing", "price", "sold_price"]
    list_filter = ["thing"]


@admin.register(ArrearsClaim)
class ArrearsClaimAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "court", "court_case", "party", "office"]


@admin.register(BankruptcyClaim)
class BankruptcyClaimAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "court", "court_case", "party", "claim_by", "filed_on"]


@admin.register(CourtRemittance)
class RemittanceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["reference", "court", "case", "amount", "on"]
