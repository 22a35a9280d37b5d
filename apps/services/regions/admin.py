"""Partner provinces, their keys and matters are kept here; what was exchanged is only looked at."""

from django.contrib import admin

from apps.kernel.inlines import LabelledInline
from apps.kernel.readonly import ReadOnlyAdmin
from apps.services.regions.models import (
    ReceivedMessage,
    RecognitionConsent,
    RecognitionQuery,
    Region,
    RegionKey,
    RegionMatter,
)


class KeyInline(LabelledInline):
    """A key is added and ended, never deleted: what it signed stays provable."""

    model = RegionKey
    readonly_fields = ["key_id"]
    can_delete = False


class MatterInline(LabelledInline):
    model = RegionMatter
    can_delete = False


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "address", "active"]
    search_fields = ["code", "name"]
    inlines = [KeyInline, MatterInline]

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(ReceivedMessage)
class ReceivedMessageAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "region", "kind", "message_id", "answer"]
    list_filter = ["region", "kind"]
    search_fields = ["message_id", "answer"]


@admin.register(RecognitionQuery)
class RecognitionQueryAdmin(ReadOnlyAdmin):
    list_display = ["asked_at", "direction", "region", "kind", "purpose", "outcome"]
    list_filter = ["direction", "outcome", "region"]
    search_fields = ["ref", "their_ref"]


@admin.register(RecognitionConsent)
class RecognitionConsentAdmin(ReadOnlyAdmin):
    list_display = ["party", "region", "kind", "valid_to", "revoked_at"]
    list_filter = ["region", "kind"]
    list_select_related = ["party", "region"]
