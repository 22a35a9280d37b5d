"""The calendar as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkcalendarConfig(AppConfig):
    name = "apps.kernel.workcalendar"
    label = "workcalendar"
    verbose_name = _("工作日历")
