"""Credit in admin: measures to keep, the rest to read."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.supervision.credit.models import CreditRun, Deduction, Measure, MeasureTask, Proposal


@admin.register(Measure)
class MeasureAdmin(admin.ModelAdmin):
    list_display = ["title", "level", "office", "clause", "active"]
    search_fields = ["title", "clause"]
    list_select_related = ["office"]
    list_filter = ["level", "office", "active"]


@admin.register(Deduction)
class DeductionAdmin(ReadOnlyAdmin):
    list_display = ["ref", "code", "period", "year", "points", "restored", "told_at", "mended_on", "repaired_on"]
    list_filter = ["code", "year", "source", "direct"]
    search_fields = ["ref"]


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    list_display = ["ref", "code", "period", "office", "proposed_by", "accepted", "decided_by"]
    search_fields = ["ref"]
    list_filter = ["code", "accepted"]
    list_select_related = ["office", "proposed_by", "decided_by"]


@admin.register(CreditRun)
class CreditRunAdmin(ReadOnlyAdmin):
    list_display = ["year", "state", "total", "done", "told", "tasks", "started_at", "finished_at"]
    list_filter = ["state", "year"]


@admin.register(MeasureTask)
class MeasureTaskAdmin(ReadOnlyAdmin):
    list_display = ["ref", "measure", "year", "state", "reported_at"]
    list_filter = ["state", "measure"]
    list_select_related = ["measure"]
    search_fields = ["ref"]
