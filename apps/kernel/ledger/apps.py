"""The ledger; its levies and accounts follow their dated file at every migrate."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def _load_levies(sender, using: str, **kwargs) -> None:
    from apps.kernel.ledger import levies  # noqa: PLC0415 - models are not loaded before ready()

    # Migrating back to nothing leaves no table to fill.
    if "ledger_levy" in connections[using].introspection.table_names():
        levies.load(using)


class LedgerConfig(AppConfig):
    name = "apps.kernel.ledger"
    label = "ledger"
    verbose_name = _("税费账户")

    def ready(self) -> None:
        # As Django keeps permissions and content types: every migrate brings the rows to the file.
        post_migrate.connect(_load_levies, sender=self)
        from apps.kernel.ledger.todos import charges_to_pay  # noqa: PLC0415 - models are loaded only now
        from apps.kernel.parties import todos  # noqa: PLC0415 - as above

        todos.register(charges_to_pay)
