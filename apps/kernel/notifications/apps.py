from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "apps.kernel.notifications"
    label = "notifications"

    def ready(self) -> None:
        from apps.kernel.notifications.todos import unread_messages  # noqa: PLC0415 - models are loaded only now
        from apps.kernel.parties import todos  # noqa: PLC0415 - as above

        todos.register(unread_messages)
