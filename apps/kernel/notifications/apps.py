from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "apps.kernel.notifications"
    label = "notifications"
