"""Complaints, rectification and reconsideration in admin: to look at, without the words people wrote."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.supervision.complaints.models import Complaint, Reconsideration, Rectification


@admin.register(Complaint)
class ComplaintAdmin(ReadOnlyAdmin):
    list_display = ["case", "area", "kind", "about", "source", "outcome", "rating"]
    list_filter = ["area", "kind", "source", "outcome"]
    search_fields = ["case__number"]
    list_select_related = ["case", "about"]
    fields = [
        "case",
        "area",
        "kind",
        "about",
        "happened_on",
        "source",
        "mediator",
        "outcome",
        "reopened_at",
        "rating",
        "lowest_rating",
    ]


@admin.register(Rectification)
class RectificationAdmin(ReadOnlyAdmin):
    list_display = ["case", "about", "kind", "since", "until", "complaints"]
    list_filter = ["kind"]
    search_fields = ["case__number", "about__name"]
    list_select_related = ["case", "about"]


@admin.register(Reconsideration)
class ReconsiderationAdmin(ReadOnlyAdmin):
    list_display = ["case", "office", "learned_on", "request", "decision"]
    list_filter = ["request", "decision"]
    search_fields = ["case__number"]
    list_select_related = ["case", "office"]
    fields = ["case", "office", "learned_on", "subject", "secured", "request", "decision"]
