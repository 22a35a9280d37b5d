"""Qualifications in admin: duties to keep, the rest to read."""

from django.contrib import admin
from django.utils.translation import gettext

from apps.collaboration.qualification import kinds
from apps.collaboration.qualification.models import (
    Determination,
    QualificationDuty,
    QualificationMessage,
    QualificationVerification,
)
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(QualificationDuty)
class QualificationDutyAdmin(admin.ModelAdmin):
    list_display = ["office", "name"]
    search_fields = ["office__name", "kind"]
    list_select_related = ["office"]
    list_filter = ["office"]

    @admin.display(description="资格种类")
    def name(self, row: QualificationDuty) -> str:
        return gettext(kinds.title(row.kind))


@admin.register(Determination)
class DeterminationAdmin(ReadOnlyAdmin):
    list_display = ["ref", "kind", "number", "office", "state", "valid_from", "valid_to"]
    list_filter = ["state", "kind", "office"]
    search_fields = ["ref", "number"]
    list_select_related = ["office"]


@admin.register(QualificationMessage)
class QualificationMessageAdmin(ReadOnlyAdmin):
    list_display = ["ref", "office", "state", "code", "received_at"]
    list_filter = ["state", "code", "office"]
    search_fields = ["ref"]
    list_select_related = ["office"]
    exclude = ["content"]


@admin.register(QualificationVerification)
class QualificationVerificationAdmin(ReadOnlyAdmin):
    list_display = ["case", "kind", "department", "ground", "opinion", "amount"]
    list_filter = ["kind", "ground", "opinion"]
    search_fields = ["case__number"]
    list_select_related = ["case", "department"]
    exclude = ["facts", "statement"]
