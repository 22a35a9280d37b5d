from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "apps.services"
    label = "services"

    def ready(self) -> None:
        """Add the chapter's sources of to-dos and listen to what the ledger tells."""
        from apps.kernel.notifications import dispatch  # noqa: PLC0415 - as above
        from apps.services.filing import signals as filing  # noqa: PLC0415 - models are loaded by now
        from apps.services.onenet import signals as onenet  # noqa: PLC0415 - as above
        from apps.services.regions.sending import Province  # noqa: PLC0415 - as above

        filing.connect()
        onenet.connect()
        dispatch.register(Province())
