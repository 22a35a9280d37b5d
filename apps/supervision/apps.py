"""Chapters 5 and 6 as Django knows them: supervision and liability."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "apps.supervision"
    label = "supervision"
    verbose_name = _("监督管理（第五、六章）")

    def ready(self) -> None:
        """Let each room register its procedures and add its parts of pages."""
        from apps.supervision import connections  # noqa: PLC0415 - models are loaded by now

        connections.connect()
