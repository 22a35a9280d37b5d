"""Facts as Django knows them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FactsConfig(AppConfig):
    name = "apps.kernel.facts"
    label = "facts"
    verbose_name = _("涉税费信息")
