"""Rules as Django knows them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    name = "apps.kernel.rules"
    label = "rules"
    verbose_name = _("法规和参数")
