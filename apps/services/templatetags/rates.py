"""How rates are written."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def percent(rate: Decimal) -> str:
    """0.13 as 13%, 0.015 as 1.5%."""
    return f"{(rate * 100).normalize():f}%"
