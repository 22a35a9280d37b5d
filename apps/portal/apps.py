from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "apps.portal"
    label = "portal"

    def ready(self) -> None:
        from apps.portal import navigation  # noqa: F401, PLC0415 - registers its system check
