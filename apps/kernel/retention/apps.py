"""Retention as Django knows it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    name = "apps.kernel.retention"
    label = "retention"
    verbose_name = _("保管和销毁")

    def ready(self) -> None:
        """Let every room say what of its things has a period."""
        autodiscover_modules("keeping")
