"""The auditor's window on the evidence: read only, searched by stream."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.kernel.audit.models import Checkpoint, Event, ReadLog, Stream
from apps.kernel.audit.purposes import Purpose
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "stream", "seq", "action", "actor_label", "channel", "target", "fingerprint"]
    list_filter = ["at", "channel"]
    search_fields = ["stream__startswith", "actor_label__startswith", "target__startswith"]
    search_help_text = _("按流、操作人或对象的开头查找，例如 case/SH2026")
    ordering = ["-id"]

    @admin.display(description=_("散列值"))
    def fingerprint(self, event: Event) -> str:
        return bytes(event.hash).hex()[:16]


@admin.register(ReadLog)
class ReadLogAdmin(ReadOnlyAdmin):
    list_display = ["at", "stream", "actor_label", "office_id", "target", "purpose"]
    list_filter = ["at", "channel"]
    search_fields = ["stream__startswith", "actor_label__startswith"]
    search_help_text = _("按流（reads/纳税人编号）或操作人的开头查找")
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReadLog]:
        return super().get_queryset(request).filter(stream__startswith="reads/")

    @admin.display(description=_("用途"))
    def purpose(self, event: ReadLog) -> str:
        given = event.data.get("purpose", "")
        why = str(Purpose(given).label) if given in Purpose.values else given
        return " ".join(filter(None, [why, event.data.get("basis", "")]))


@admin.register(Stream)
class StreamAdmin(ReadOnlyAdmin):
    list_display = ["name", "seq", "at", "pending"]
    list_filter = ["pending"]
    search_fields = ["name__startswith"]


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "at", "leaves", "digest"]
    list_filter = ["at"]
    ordering = ["-sequence"]
