from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "apps.kernel.ledger"
    label = "ledger"
