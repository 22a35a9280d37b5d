"""Evidence as Django knows it; a signing key that cannot be used is an error before the start."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "apps.kernel.audit"
    label = "audit"
    verbose_name = _("审计证据")

    def ready(self) -> None:
        from apps.kernel.audit.checks import signing_key_is_usable  # noqa: PLC0415 - models are ready only now

        checks.register(signing_key_is_usable)
