from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "apps.kernel.parties"
    label = "parties"

    def ready(self) -> None:
        from apps.kernel.parties import api_schema, receivers  # noqa: F401, PLC0415 - connect on import
