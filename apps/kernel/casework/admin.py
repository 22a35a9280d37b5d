"""Cases in admin: to read, never to edit - ``cases.py`` is the only door."""

from django.contrib import admin

from apps.kernel.casework.models import Case, CasePaper, Clock, ClockPause, Custody, Step
from apps.kernel.readonly import ReadOnly


class StepInline(ReadOnly, admin.TabularInline):
    model = Step
    fields = ["at", "action", "source", "target", "user_label", "office_label", "reason"]


class CustodyInline(ReadOnly, admin.TabularInline):
    model = Custody
    fields = ["office", "offered_at", "received_at", "refused_at", "released_at", "reason"]


class ClockInline(ReadOnly, admin.TabularInline):
    model = Clock
    fields = ["label", "started_at", "due_at", "stopped_at", "extended_by", "source", "confirmed"]


class PaperInline(ReadOnly, admin.TabularInline):
    model = CasePaper
    fields = ["kind", "paper", "attached_at", "attached_by"]


@admin.register(Case)
class CaseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "procedure", "parent", "state", "office", "handler", "submitted_at", "closed_at"]
    list_filter = ["procedure", "state", "channel"]
    search_fields = ["number"]
    inlines = [StepInline, CustodyInline, ClockInline, PaperInline]
    list_select_related = ["office", "handler", "parent"]


@admin.register(ClockPause)
class ClockPauseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["clock", "started_at", "ended_at", "reason"]
