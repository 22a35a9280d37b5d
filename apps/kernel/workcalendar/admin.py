"""The working calendar in admin: enter the days of the announced year, then mark the year confirmed."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from apps.kernel.inlines import LabelledInline
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import User
from apps.kernel.workcalendar import days, upkeep
from apps.kernel.workcalendar.models import CalendarYear, Day, FilingDate


def actor_of(request: HttpRequest) -> Actor:
    """The administrator as an actor, in their office where they have one."""
    user = cast("User", request.user)  # admin lets nobody else in
    return staff_actor(user) or Actor(user=user, channel=Channel.WORKBENCH)


class KeptAdmin(admin.ModelAdmin):
    """Every change goes through :mod:`upkeep`, which records it and has due moments derived anew."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: FBT001 - admin's own
        upkeep.keep(obj, actor_of(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001 - admin's own
        for row in formset.save(commit=False):
            upkeep.keep(row, actor_of(request))
        for row in formset.deleted_objects:
            upkeep.strike(row, actor_of(request))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        upkeep.strike(obj, actor_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for row in queryset:
            upkeep.strike(row, actor_of(request))


class DayInline(LabelledInline):
    model = Day
    extra = 5


@admin.register(CalendarYear)
class CalendarYearAdmin(KeptAdmin):
    list_display = ["year", "confirmed", "source"]
    list_filter = ["confirmed"]
    search_fields = ["year", "source"]
    inlines = [DayInline]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        for warning in days.warnings():
            messages.warning(request, warning)
        return super().changelist_view(request, extra_context)


@admin.register(Day)
class DayAdmin(KeptAdmin):
    list_display = ["date", "kind", "name", "source"]
    list_filter = ["kind", "year"]
    search_fields = ["name", "source"]
    date_hierarchy = "date"


@admin.register(FilingDate)
class FilingDateAdmin(KeptAdmin):
    list_display = ["month", "due", "source"]
    search_fields = ["source"]
