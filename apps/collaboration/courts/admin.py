"""Article 30 in admin: to read."""

from django.contrib import admin

from apps.collaboration.courts.models import ArrearsClaim, BankruptcyClaim, CourtRemittance, CourtSale
from apps.kernel.readonly import ReadOnly


@admin.register(CourtSale)
class CourtSaleAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "court", "court_case", "party", "thing", "price", "sold_price"]
    search_fields = ["case__number", "court_case", "party__name"]
    list_select_related = ["case", "court", "party"]
    list_filter = ["thing"]


@admin.register(ArrearsClaim)
class ArrearsClaimAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "court", "court_case", "party", "office"]
    list_filter = ["court"]
    search_fields = ["case__number", "court_case", "party__name"]
    list_select_related = ["case", "court", "party"]


@admin.register(BankruptcyClaim)
class BankruptcyClaimAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "court", "court_case", "party", "claim_by", "filed_on"]
    list_filter = ["court"]
    search_fields = ["case__number", "court_case", "party__name"]
    list_select_related = ["case", "court", "party"]


@admin.register(CourtRemittance)
class RemittanceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["reference", "court", "case", "amount", "on"]
    list_filter = ["court", "on"]
    search_fields = ["reference", "case__number"]
    list_select_related = ["case", "court"]
