"""Chapter 3 as Django knows it: shared data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DatashareConfig(AppConfig):
    name = "apps.datashare"
    label = "datashare"
    verbose_name = _("信息共享（第三章）")

    def ready(self) -> None:
        """Let each room register what it has and listen to what the kernel tells."""
        from apps.datashare import connections  # noqa: PLC0415 - models are loaded by now

        connections.connect()
