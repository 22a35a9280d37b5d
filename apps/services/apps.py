from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "apps.services"
    label = "services"

    def ready(self) -> None:
        """Add the chapter's sources of to-dos and listen to what the ledger tells."""
        from apps.services.bundles import signals as bundles  # noqa: PLC0415 - models are loaded by now
        from apps.services.filing import signals  # noqa: PLC0415

        signals.connect()
        bundles.connect()
