from django.apps import AppConfig
from django.core import checks


class AuditConfig(AppConfig):
    name = "apps.kernel.audit"
    label = "audit"

    def ready(self) -> None:
        from apps.kernel.audit.checks import signing_key_is_usable  # noqa: PLC0415 - models are ready only now

        checks.register(signing_key_is_usable)
