"""Chapter 2 as Django knows it: services to taxpayers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "apps.services"
    label = "services"
    verbose_name = _("税费服务（第二章）")

    def ready(self) -> None:
        """Let each room add its to-dos and its parts of pages, and listen to what the kernel tells."""
        from apps.services import connections  # noqa: PLC0415 - models are loaded by now

        connections.connect()
