"""Parties as Django knows them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "apps.kernel.parties"
    label = "parties"
    verbose_name = _("当事人和机构")

    def ready(self) -> None:
        from apps.kernel.parties import api_schema, receivers  # noqa: F401, PLC0415 - connect on import
