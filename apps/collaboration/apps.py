"""Chapter 4 as Django knows it: departments help each other."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollaborationConfig(AppConfig):
    name = "apps.collaboration"
    label = "collaboration"
    verbose_name = _("协同征收（第四章）")

    def ready(self) -> None:
        """Let each room register what it has and listen to what the kernel tells."""
        from apps.collaboration import connections  # noqa: PLC0415 - models are loaded by now

        connections.connect()
