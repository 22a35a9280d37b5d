"""What was sent in admin, and what could not be: dead letters are replayed, nothing is edited."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.kernel.notifications import channels, delivery, dispatch
from apps.kernel.notifications.models import Delivery, Dispatch, Message, OptOut
from apps.kernel.notifications.template_admin import MessageTemplateAdmin
from apps.kernel.parties.actors import Actor
from apps.kernel.readonly import ReadOnly, ReadOnlyAdmin

__all__ = ["MessageTemplateAdmin"]


class DeliveryInline(ReadOnly, admin.TabularInline):
    model = Delivery
    fields = ["channel", "state", "attempts", "sent_at", "last_error", "provider_reference"]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "template", "about", "party", "office", "language", "read_at"]
    list_filter = ["template", "language", "created_at"]
    list_select_related = ["party", "office"]
    search_fields = ["about"]
    inlines = [DeliveryInline]


class Replayed(ReadOnlyAdmin):
    """A list whose dead letters can be queued again; ``again`` is the use case that does it."""

    actions = ["replay"]

    def again(self, row: Any, actor: Actor) -> None:
        raise NotImplementedError

    @admin.action(description=_("重新发送所选的失败条目"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet) -> None:
        done = 0
        for row in queryset:
            try:
                self.again(row, request.actor)
            except ValidationError as error:
                self.message_user(request, error.messages[0], messages.WARNING)
            else:
                done += 1
        self.message_user(request, _("已重新排队 %d 条。") % done)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"notifications.change_{self.opts.model_name}")


@admin.register(Delivery)
class DeliveryAdmin(Replayed):
    """Filter by 发送失败 for the dead letters."""

    list_display = ["message", "state", "channel", "where", "attempts", "last_error", "next_attempt_at", "sent_at"]
    list_filter = ["state", "channel"]
    list_select_related = ["message"]
    search_fields = ["message__about", "provider_reference"]
    exclude = ["address"]
    readonly_fields = ["where"]

    @admin.display(description=_("地址"))
    def where(self, row: Delivery) -> str:
        return channels.by_code(row.channel).masked(row.address)

    def again(self, row: Delivery, actor: Actor) -> None:
        delivery.replay(row, actor=actor)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None):
        """The list, with what is missing before each channel can be used."""
        for channel in channels.every():
            for problem in channel.check_config():
                self.message_user(request, f"{channel.code.label}：{problem}", messages.WARNING)
        return super().changelist_view(request, extra_context)


@admin.register(Dispatch)
class DispatchAdmin(Replayed):
    """Posts to other systems, likewise; those of 一网通办 are also sent again from the counter's page."""

    list_display = ["destination", "stream", "sequence", "state", "attempts", "created_at", "sent_at", "last_error"]
    list_filter = ["state", "destination"]
    search_fields = ["stream"]
    search_help_text = _("按报文流查找")

    def again(self, row: Dispatch, actor: Actor) -> None:
        dispatch.replay(row, actor=actor)


@admin.register(OptOut)
class OptOutAdmin(ReadOnlyAdmin):
    list_display = ["party", "channel"]
    search_fields = ["party__name", "party__ref"]
    list_filter = ["channel"]
    list_select_related = ["party"]
