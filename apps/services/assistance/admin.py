"""Assistance in admin: teams are kept here; needs and visits change through their own doors."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.services.assistance.models import HomeVisit, VisitTeam
from apps.services.sites.admin import KeptAdmin


@admin.register(VisitTeam)
class VisitTeamAdmin(KeptAdmin):
    list_display = ["name", "office", "lead", "sign_language", "active"]
    list_filter = ["active", "sign_language"]
    search_fields = ["name", "office__name"]
    raw_id_fields = ["lead"]


@admin.register(HomeVisit)
class HomeVisitAdmin(ReadOnlyAdmin):
    # Neither purpose, address nor phone: who reads personal data does so at the counter, where it is logged.
    list_display = ["case", "district", "starts_at", "team", "holds"]
    list_filter = ["holds", "district"]
    search_fields = ["case__number"]
    fields = ["case", "district", "starts_at", "ends_at", "team", "holds"]
    list_select_related = ["case", "team"]
