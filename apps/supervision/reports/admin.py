"""Reports in admin: that they exist and where they stand. What was said, and by whom, is ciphertext and not shown."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.supervision.reports.models import IdentityRequest, KeyBox, Report, Reward
from apps.supervision.reports.recovery_models import RecoveryKey


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["case", "category", "kept_on", "collected"]
    list_filter = ["category"]
    list_select_related = ["case"]
    search_fields = ["case__number"]
    fields = ["case", "alg", "category", "kept_on", "collected", "keeper"]


@admin.register(KeyBox)
class KeyBoxAdmin(ReadOnlyAdmin):
    list_display = ["user", "alg", "made_at", "retired_at"]
    search_fields = ["user__display_name"]
    fields = ["user", "alg", "made_at", "retired_at"]


@admin.register(IdentityRequest)
class IdentityRequestAdmin(ReadOnlyAdmin):
    list_display = ["report", "asked_by", "state", "asked_at", "decided_by", "open_until"]
    list_filter = ["state"]
    search_fields = ["report__case__number"]


@admin.register(Reward)
class RewardAdmin(ReadOnlyAdmin):
    list_display = ["report", "ceiling", "claim_by", "claimed_at", "amount"]
    search_fields = ["report__case__number"]
    fields = ["report", "ceiling", "offered_at", "claim_by", "claimed_at", "amount", "granted_by", "granted_at"]


@admin.register(RecoveryKey)
class RecoveryKeyAdmin(ReadOnlyAdmin):
    list_display = ["office", "threshold", "shares", "made_by", "made_at", "retired_at"]
    list_filter = ["office"]
    list_select_related = ["office", "made_by"]
    fields = ["office", "alg", "threshold", "shares", "made_by", "made_at", "retired_at"]
