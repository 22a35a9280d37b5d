"""Letters, what was sent, and what could not be: wording is published, dead letters are replayed, nothing is edited."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.kernel.notifications import channels, delivery, wording
from apps.kernel.notifications.forms import WordingForm
from apps.kernel.notifications.models import Delivery, Dispatch, Message, MessageTemplate, OptOut
from apps.kernel.parties.actors import Actor
from apps.kernel.readonly import ReadOnlyAdmin


@admin.register(MessageTemplate)
class MessageTemplateAdmin(admin.ModelAdmin):
    """A change is a new version: rows can be added and read, never edited."""

    form = WordingForm
    list_display = ["code", "language", "version", "active", "subject", "published_at", "published_by"]
    list_filter = ["active", "language", "code"]
    list_select_related = ["published_by"]
    search_fields = ["code", "subject"]
    readonly_fields = ["preview"]

    def get_fields(self, request: HttpRequest, obj: MessageTemplate | None = None) -> list[Any]:
        fields = ["code", "language", "subject", "body"]
        return fields if obj is None else [*fields, "version", "active", "published_at", "published_by", "preview"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: MessageTemplate, form: WordingForm, change: bool) -> None:  # noqa: FBT001 - as above
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
    def preview(self, row: MessageTemplate) -> str:
        shown = wording.preview(wording.Wording(row.subject, row.body), row.language)
        return format_html("<strong>{}</strong><pre>{}</pre>", shown.subject, shown.body)


class DeliveryInline(admin.TabularInline):
    model = Delivery
    fields = readonly_fields = ["channel", "state", "attempts", "sent_at", "last_error", "provider_reference"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "template", "about", "party", "office", "language", "read_at"]
    list_filter = ["template", "language", "created_at"]
    list_select_related = ["party", "office"]
    search_fields = ["about"]
    inlines = [DeliveryInline]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Filter by 发送失败 for the dead letters."""

    list_display = ["message", "channel", "where", "state", "attempts", "next_attempt_at", "last_error", "sent_at"]
    list_filter = ["state", "channel"]
    list_select_related = ["message"]
    search_fields = ["message__about", "provider_reference"]
    exclude = ["address"]
    readonly_fields = ["where"]
    actions = ["replay"]

    @admin.display(description=_("地址"))
    def where(self, row: Delivery) -> str:
        return channels.by_code(row.channel).masked(row.address)

    @admin.action(description=_("重新发送所选的失败通知"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        done = 0
        for row in queryset:
            try:
                delivery.replay(row, actor=Actor(user=request.actor.user))
            except ValidationError as error:
                self.message_user(request, error.messages[0], messages.WARNING)
            else:
                done += 1
        self.message_user(request, _("已重新排队 %d 条。") % done)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.change_delivery")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None):
        """The list, with what is missing before each channel can be used."""
        for channel in channels.every():
            for problem in channel.check_config():
                self.message_user(request, f"{channel.code.label}：{problem}", messages.WARNING)
        return super().changelist_view(request, extra_context)


@admin.register(Dispatch)
class DispatchAdmin(ReadOnlyAdmin):
    """Posts to other systems; dead ones are sent again from the counter's page."""

    list_display = ["destination", "stream", "sequence", "state", "attempts", "created_at", "sent_at", "last_error"]
    list_filter = ["state", "destination"]
    search_fields = ["stream"]


@admin.register(OptOut)
class OptOutAdmin(ReadOnlyAdmin):
    list_display = ["party", "channel"]
    list_filter = ["channel"]
    list_select_related = ["party"]
