"""The register of agencies to look at; it changes only through cases and supervision."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnly, ReadOnlyAdmin
from apps.services.agencies.models import Agency, AgencyStaff, AnnualReport, ConductRecord


class StaffInline(ReadOnly, admin.TabularInline):
    model = AgencyStaff
    extra = 0


class ConductInline(ReadOnly, admin.TabularInline):
    model = ConductRecord
    extra = 0


class ReportInline(ReadOnly, admin.TabularInline):
    model = AnnualReport
    extra = 0


@admin.register(Agency)
class AgencyAdmin(ReadOnlyAdmin):
    list_display = ["number", "party", "kind", "association", "registered_on", "struck_at"]
    list_filter = ["kind"]
    list_select_related = ["party"]
    search_fields = ["number", "party__name"]
    inlines = [StaffInline, ConductInline, ReportInline]
