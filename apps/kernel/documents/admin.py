"""Papers as administrators see them: looked at, never touched; issuing and revoking are use cases."""

from django.contrib import admin

from apps.kernel.documents.models import HeldPaper, IssuedDocument, NumberSeries, Upload
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(IssuedDocument)
class IssuedDocumentAdmin(ReadOnlyAdmin):
    list_display = ["number", "title", "party_name", "office", "issued_at", "amount", "revoked_at"]
    list_filter = ["kind", "issued_at", "revocation_reason"]
    search_fields = ["number", "party_name__startswith", "about__startswith"]
    exclude = ["code", "file", "context"]
    list_select_related = ["office"]
    ordering = ["-id"]


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin):
    list_display = ["word", "kind", "year", "last"]
    search_fields = ["kind"]
    list_filter = ["year"]


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ["ref", "about", "content_type", "size", "state", "received_at", "finding"]
    list_filter = ["state", "content_type", "received_at"]
    search_fields = ["ref", "about__startswith", "sha256"]
    exclude = ["file"]
    ordering = ["-id"]


@admin.register(HeldPaper)
class HeldPaperAdmin(ReadOnlyAdmin):
    list_display = ["ref", "kind", "title", "source", "issuer", "valid_until", "received_at"]
    list_filter = ["source", "received_at"]
    search_fields = ["ref", "kind"]
    raw_id_fields = ["party", "upload"]
    ordering = ["-id"]
