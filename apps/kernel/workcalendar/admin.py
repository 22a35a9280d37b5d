"""The working calendar in admin: enter the days of the announced year, then mark the year confirmed."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse

from apps.kernel.workcalendar import days
from apps.kernel.workcalendar.models import CalendarYear, Day, FilingDate


class DayInline(admin.TabularInline):
    model = Day
    extra = 5


@admin.register(CalendarYear)
class CalendarYearAdmin(admin.ModelAdmin):
    list_display = ["year", "confirmed", "source"]
    inlines = [DayInline]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        for warning in days.warnings():
            messages.warning(request, warning)
        return super().changelist_view(request, extra_context)


@admin.register(Day)
class DayAdmin(admin.ModelAdmin):
    list_display = ["date", "kind", "name", "source"]
    list_filter = ["kind", "year"]
    search_fields = ["name", "source"]
    date_hierarchy = "date"


@admin.register(FilingDate)
class FilingDateAdmin(admin.ModelAdmin):
    list_display = ["month", "due", "source"]
    search_fields = ["source"]
