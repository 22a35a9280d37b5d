"""Referrals, opinions and joint actions in admin: to look at, without facts and names of payers."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.supervision.referral.models import CriminalReferral, JointAction, ProcuratorialOpinion


@admin.register(CriminalReferral)
class CriminalReferralAdmin(ReadOnlyAdmin):
    list_display = ["case", "offence", "tax_office", "police", "outcome"]
    list_filter = ["offence", "outcome"]
    search_fields = ["case__number"]
    list_select_related = ["case", "tax_office", "police"]
    fields = ["case", "offence", "tax_office", "police", "transfer_number", "police_number", "reconsidered", "outcome"]


@admin.register(ProcuratorialOpinion)
class ProcuratorialOpinionAdmin(ReadOnlyAdmin):
    list_display = ["case", "document_number", "ground", "procuratorate", "tax_office"]
    list_filter = ["ground"]
    search_fields = ["case__number", "document_number"]
    list_select_related = ["case", "procuratorate", "tax_office"]
    fields = ["case", "document_number", "ground", "procuratorate", "tax_office"]


@admin.register(JointAction)
class JointActionAdmin(ReadOnlyAdmin):
    list_display = ["held_on", "office", "subject", "recorded_at"]
    list_filter = ["office"]
    date_hierarchy = "held_on"
    search_fields = ["subject"]
    list_select_related = ["office"]
    fields = ["held_on", "office", "participants", "subject", "result", "recorded_by", "recorded_at"]
