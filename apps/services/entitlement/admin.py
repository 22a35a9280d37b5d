"""Matching and monitoring in admin: to look at; runs and tasks have their doors at the counter."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.services.entitlement.models import Enjoyment, Finding, MatchRun


@admin.register(MatchRun)
class MatchRunAdmin(ReadOnlyAdmin):
    list_display = ["ref", "on", "state", "total", "done", "matched", "reminded", "told", "tasks", "started_at"]
    list_filter = ["state"]
    search_fields = ["ref"]


@admin.register(Enjoyment)
class EnjoymentAdmin(ReadOnlyAdmin):
    list_display = ["policy", "year", "amount", "at"]
    list_filter = ["year"]
    list_select_related = ["policy"]
    search_fields = ["policy__code", "policy__name", "case__number"]


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    list_display = ["policy", "year", "amount", "found_at"]
    list_filter = ["year"]
    list_select_related = ["policy"]
    search_fields = ["policy__code", "policy__name", "case__number"]
