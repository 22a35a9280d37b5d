from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "apps.services"
    label = "services"
    verbose_name = _("税费服务（第二章）")

    def ready(self) -> None:
        """Add the chapter's sources of to-dos and listen to what the ledger tells."""
        from apps.services.bundles import signals as bundles  # noqa: PLC0415 - models are loaded by now
        from apps.services.filing import signals  # noqa: PLC0415

        signals.connect()
        bundles.connect()
