"""Cases in admin: to read, never to edit - ``cases.py`` is the only door."""

from django.contrib import admin

from apps.kernel.casework.models import Case, Clock, ClockPause, Custody, HandOver, Step, Thread, ThreadMessage
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


@admin.register(Case)
class CaseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "procedure", "state", "office", "handler", "submitted_at", "closed_at"]
    list_filter = ["procedure", "state", "channel"]
    search_fields = ["number"]
    inlines = [StepInline, CustodyInline, ClockInline]
    list_select_related = ["office", "handler"]


@admin.register(ClockPause)
class ClockPauseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["clock", "started_at", "ended_at", "reason"]


@admin.register(HandOver)
class HandOverAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["case", "issued_at", "expires_at", "office", "taken_by", "held_until", "ending"]
    list_filter = ["ending", "office"]
    search_fields = ["case__number"]
    exclude = ["code_hash"]
    list_select_related = ["case", "office", "taken_by"]


class ThreadMessageInline(ReadOnly, admin.TabularInline):
    model = ThreadMessage
    fields = ["at", "user_label", "office"]


@admin.register(Thread)
class ThreadAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["ref", "subject", "office", "officer", "due_at", "closed_at"]
    list_filter = ["office"]
    search_fields = ["ref"]
    inlines = [ThreadMessageInline]
    list_select_related = ["office", "officer"]
