"""What each process keeps, as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeptConfig(AppConfig):
    name = "apps.kernel.kept"
    label = "kept"
    verbose_name = _("常用数据")
