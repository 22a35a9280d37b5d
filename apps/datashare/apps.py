from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DatashareConfig(AppConfig):
    name = "apps.datashare"
    label = "datashare"
    verbose_name = _("信息共享（第三章）")
