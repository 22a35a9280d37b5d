"""Notifications as Django knows them: unread messages are something to do."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "apps.kernel.notifications"
    label = "notifications"
    verbose_name = _("通知")

    def ready(self) -> None:
        from apps.kernel.notifications.todos import unread_messages  # noqa: PLC0415 - models are loaded only now
        from apps.kernel.parties import todos  # noqa: PLC0415 - as above

        todos.register(unread_messages)
