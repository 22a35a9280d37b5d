"""How figures and dates are written in letters; the kept context holds them as text."""

import datetime as dt
from decimal import Decimal

from django import template
from django.utils.timezone import localtime

from apps.kernel.documents import amounts

register = template.Library()


@register.filter
def written_date(value: str | dt.date) -> str:
    """2026年10月26日."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value) if "T" in value else dt.date.fromisoformat(value)
    day = localtime(value) if isinstance(value, dt.datetime) else value
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def yuan(value: str | Decimal) -> str:
    """1,234.50."""
    return f"{Decimal(value):,.2f}"


@register.filter
def in_words(value: str | Decimal) -> str:
    """Chinese capitals."""
    return amounts.in_words(Decimal(value))
