"""Cases and procedures in admin: to read, never to edit - ``cases.py`` is the only door."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.casework import drawing, procedures
from apps.kernel.casework.models import (
    Case,
    CasePaper,
    Clock,
    ClockPause,
    Custody,
    HandOver,
    Step,
    Thread,
    ThreadMessage,
)
from apps.kernel.readonly import ReadOnly
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock


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


class ByMatter(admin.SimpleListFilter):
    """Narrows to the cases of one procedure, by its name."""

    title = gettext_lazy("事项")
    parameter_name = "procedure"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(each.code, str(each.title)) for each in procedures.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(procedure=self.value()) if self.value() else queryset


@admin.register(Case)
class CaseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "matter", "parent", "stands", "office", "handler", "submitted_at", "closed_at"]
    list_filter = [ByMatter, ("closed_at", admin.EmptyFieldListFilter), "channel"]
    search_fields = ["number"]
    inlines = [StepInline, CustodyInline, ClockInline, PaperInline]
    list_select_related = ["office", "handler", "parent"]

    @admin.display(description=gettext_lazy("事项"), ordering="procedure")
    def matter(self, case: Case) -> str:
        return str(case.definition.title)

    @admin.display(description=gettext_lazy("状态"), ordering="state")
    def stands(self, case: Case) -> str:
        return str(case.standing.label)

    def get_urls(self) -> list[URLPattern]:
        """The procedures have no table of their own: they stand beside the cases that follow them."""
        own = [
            path("procedures/", self.admin_site.admin_view(self.procedures), name="casework_procedures"),
            path("procedures/<slug:code>/", self.admin_site.admin_view(self.procedure), name="casework_procedure"),
        ]
        return own + super().get_urls()

    def procedures(self, request: HttpRequest) -> TemplateResponse:
        """Every registered procedure."""
        context = {"title": _("事项和状态图"), "procedures": procedures.all()}
        return self._page(request, "procedures", context)

    def procedure(self, request: HttpRequest, code: str) -> TemplateResponse:
        """One procedure: its state chart, the table it is drawn from, and its time limits."""
        try:
            procedure = procedures.get(code)
        except KeyError as error:
            raise Http404 from error
        context = {
            "title": procedure.title,
            "procedure": procedure,
            "drawing": drawing.draw(procedure),
            "rows": list(drawing.rows(procedure)),
            "terms": [(spec, terms.term(spec.term, clock.today())) for spec in procedure.clocks],
        }
        return self._page(request, "procedure", context)

    def _page(self, request: HttpRequest, name: str, context: dict) -> TemplateResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = {**self.admin_site.each_context(request), **context}
        return TemplateResponse(request, f"admin/casework/{name}.html", shown)


@admin.register(ClockPause)
class ClockPauseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["clock", "started_at", "ended_at", "reason"]
    list_filter = ["started_at"]
    search_fields = ["clock__case__number"]
    list_select_related = ["clock__case"]


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
