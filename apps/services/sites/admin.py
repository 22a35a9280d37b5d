"""The directory of sites in admin: every change goes through :mod:`upkeep`, which records it."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from apps.kernel.inlines import LabelledInline
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import User
from apps.services.sites import upkeep
from apps.services.sites.models import BusinessLine, OpeningHours, Site, SiteMatter, Window


def _actor(request: HttpRequest) -> Actor:
    user = cast("User", request.user)  # admin lets nobody else in
    return staff_actor(user) or Actor(user=user, channel=Channel.WORKBENCH)


class KeptAdmin(admin.ModelAdmin):
    """Rows are taken out of use, not deleted: bookings and tickets point at them."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: FBT001 - admin's own
        upkeep.keep(obj, _actor(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001 - admin's own
        for row in formset.save(commit=False):
            upkeep.keep(row, _actor(request))
        for row in formset.deleted_objects:
            upkeep.strike(row, _actor(request))
        formset.save_m2m()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(BusinessLine)
class BusinessLineAdmin(KeptAdmin):
    list_display = ["code", "label", "minutes", "position", "active"]
    list_filter = ["active"]
    search_fields = ["code", "label", "summary"]


class OpeningHoursInline(LabelledInline):
    model = OpeningHours
    extra = 1


class SiteMatterInline(LabelledInline):
    model = SiteMatter
    extra = 1


class WindowInline(LabelledInline):
    model = Window
    extra = 1
    can_delete = False


@admin.register(Site)
class SiteAdmin(KeptAdmin):
    list_display = ["code", "name", "kind", "district", "office", "active"]
    list_filter = ["kind", "district", "active"]
    list_select_related = ["office"]
    search_fields = ["code", "name", "address"]
    inlines = [OpeningHoursInline, SiteMatterInline, WindowInline]
