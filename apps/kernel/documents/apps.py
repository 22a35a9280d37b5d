"""Documents as Django knows them: papers held anyway, and what letters and uploads need of the machine."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "apps.kernel.documents"
    label = "documents"
    verbose_name = _("文书")

    def ready(self) -> None:
        from apps.kernel.documents import holdings  # noqa: PLC0415 - models are loaded by now
        from apps.kernel.documents.checks import chinese_font_is_there, scanner_is_usable  # noqa: PLC0415

        holdings.register("identity-card", holdings.of_identity_card)
        holdings.register("business-licence", holdings.of_business_licence)
        checks.register(scanner_is_usable, deploy=True)
        checks.register(chinese_font_is_there, deploy=True)
