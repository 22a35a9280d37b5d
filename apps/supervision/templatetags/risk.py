"""Risk cases on the page: indicators and facts in the reader's language (Art 32)."""

from django import template

from apps.kernel.facts import catalogue
from apps.supervision.risk.explaining import figure_in_words
from apps.supervision.risk.indicators import indicators

register = template.Library()


@register.simple_tag
def risk_name(number: int) -> str:
    """What an indicator is called."""
    return indicators()[number].name


register.simple_tag(figure_in_words, name="risk_figure")


@register.simple_tag
def fact_label(field: str) -> str:
    """What a fact is called."""
    return str(catalogue.entries()[field].label)
