from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "apps.services"
    label = "services"
    verbose_name = _("税费服务（第二章）")

    def ready(self) -> None:
        """Add the chapter's sources of to-dos; listen to what the kernel tells."""
        from apps.kernel.notifications import dispatch  # noqa: PLC0415 - models are loaded by now
        from apps.kernel.parties import todos  # noqa: PLC0415 - as above
        from apps.services.appointments.todos import appointments_ahead  # noqa: PLC0415 - as above
        from apps.services.bundles import signals as bundles  # noqa: PLC0415 - as above
        from apps.services.filing import signals as filing  # noqa: PLC0415 - as above
        from apps.services.onenet import signals as onenet  # noqa: PLC0415 - as above
        from apps.services.regions.sending import Province  # noqa: PLC0415 - as above

        todos.register(appointments_ahead)
        bundles.connect()
        filing.connect()
        onenet.connect()
        dispatch.register(Province())
