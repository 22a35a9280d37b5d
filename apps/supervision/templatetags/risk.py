"""Risk cases on the page: indicators and facts in the reader's language (Art 32)."""

from typing import Any

from django import template

from apps.kernel.facts import catalogue
from apps.supervision.risk.explaining import shown_figure
from apps.supervision.risk.indicators import indicators

register = template.Library()


@register.simple_tag
def risk_name(number: int) -> str:
    """What an indicator is called."""
    return indicators()[number].name


@register.simple_tag
def risk_figure(kept: dict[str, Any]) -> str:
    """A kept figure in one line."""
    figure = shown_figure(kept)
    return f"{figure['label']}：{figure['text']}"


@register.simple_tag
def fact_label(field: str) -> str:
    """What a fact is called."""
    return str(catalogue.entries()[field].label)
