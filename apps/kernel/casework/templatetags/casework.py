"""How a legal term's unit is written."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

UNITS = {
    "working_day": _("个工作日"),
    "day": _("日"),
    "hour": _("小时"),
    "fixed": _("日"),  # a limit somebody else set is shown in days
}


@register.filter
def unit_label(unit: str) -> str:
    """The unit of a term in words."""
    return str(UNITS[unit])
