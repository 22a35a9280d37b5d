"""How rates and quantities are written."""

from decimal import Decimal

from django import template

from apps.kernel.rules.models import Provision

register = template.Library()


@register.filter
def percent(rate: Decimal) -> str:
    """0.13 as 13%, 0.015 as 1.5%."""
    return f"{(rate * 100).normalize():f}%"


@register.filter
def confidence(code: str) -> str:
    """How far a rule that waits for review can be trusted, in words."""
    return str(Provision.Confidence(code).label)


@register.filter
def plain(number: Decimal) -> str:
    """A quantity or price as it was meant: 2.0000 as 2, 1980.50 as 1980.5."""
    return f"{number.normalize():f}"
