"""The wording of letters in admin: every letter with what is in force, a preview before publishing, versions kept."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.notifications import wording
from apps.kernel.notifications.forms import WordingForm
from apps.kernel.notifications.models import Language, MessageTemplate
from apps.kernel.parties.actors import Actor


@admin.register(MessageTemplate)
class MessageTemplateAdmin(admin.ModelAdmin):
    """A change is a new version: rows can be added and read, never edited."""

    form = WordingForm
    list_display = ["subject", "code", "language", "version", "active", "published_at", "published_by"]
    list_filter = ["active", "language", "code"]
    list_select_related = ["published_by"]
    search_fields = ["code", "subject"]
    readonly_fields = ["preview"]

    def get_urls(self) -> list[URLPattern]:
        """Most letters are still worded by their files and have no row: they are listed beside the versions."""
        letters = self.admin_site.admin_view(self.letters)
        return [path("letters/", letters, name="notifications_letters"), *super().get_urls()]

    def letters(self, request: HttpRequest) -> TemplateResponse:
        """Every letter in both languages, and which version speaks."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        active = {(row.code, row.language): row for row in MessageTemplate.objects.filter(active=True)}
        rows = [
            (code, language, active.get((code, language)), wording.in_force(code, language))
            for code in wording.codes()
            for language in Language
        ]
        context = {**self.admin_site.each_context(request), "title": gettext("全部通知"), "rows": rows}
        return TemplateResponse(request, "admin/notifications/letters.html", context)

    def get_fields(self, request: HttpRequest, obj: MessageTemplate | None = None) -> list[Any]:
        fields = ["code", "language", "subject", "body"]
        return fields if obj is None else [*fields, "version", "active", "published_at", "published_by", "preview"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new version begins from the words in force."""
        code, language = request.GET.get("code", ""), request.GET.get("language", "")
        if code not in wording.codes() or language not in Language.values:
            return {}
        words = wording.in_force(code, language)
        return {"code": code, "language": language, "subject": words.subject, "body": words.body}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """Publish, or show first what would be published."""
        if request.method == "POST" and "_preview" in request.POST:
            return self._previewed(request)
        return super().add_view(request, form_url, extra_context)

    def _previewed(self, request: HttpRequest) -> HttpResponse:
        """The same form as it was filled in, with the letter beside it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.get_form(request)(request.POST)
        fieldsets: Any = list(self.get_fieldsets(request))
        shown = form.is_valid() and _shown(MessageTemplate(**form.cleaned_data))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("预览（尚未发布）"),
            "adminform": helpers.AdminForm(form, fieldsets, {}, model_admin=self),
            "inline_admin_formsets": [],
            "errors": helpers.AdminErrorList(form, []),
            "media": self.media + form.media,
            "preview": shown,
        }
        return self.render_change_form(request, context, add=True)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: MessageTemplate, form: WordingForm, change: bool) -> None:  # noqa: FBT001 - admin's own
        if change:
            raise PermissionDenied
        row = wording.publish(
            obj.code,
            obj.language,
            subject=form.cleaned_data["subject"],
            body=form.cleaned_data["body"],
            actor=Actor(user=request.actor.user),
        )
        obj.pk, obj.version = row.pk, row.version

    @admin.display(description=_("预览（示例数据）"))
    def preview(self, row: MessageTemplate) -> SafeString:
        return _shown(row)


def _shown(row: MessageTemplate) -> SafeString:
    """The letter as a reader would get it, with sample values."""
    shown = wording.preview(wording.Wording(row.subject, row.body), row.language)
    return format_html("<strong>{}</strong><pre>{}</pre>", shown.subject, shown.body)
