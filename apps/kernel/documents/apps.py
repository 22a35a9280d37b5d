from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "apps.kernel.documents"
    label = "documents"
    verbose_name = _("文书")

    def ready(self) -> None:
        from apps.kernel.documents.checks import chinese_font_is_there, scanner_is_usable  # noqa: PLC0415

        checks.register(scanner_is_usable, deploy=True)
        checks.register(chinese_font_is_there, deploy=True)
