from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CaseworkConfig(AppConfig):
    name = "apps.kernel.casework"
    label = "casework"

    def ready(self) -> None:
        """Let every chapter put its procedures on the register; a faulty table stops the start."""
        autodiscover_modules("procedures")
