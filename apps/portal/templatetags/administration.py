"""The administration's front page: what is done often, above the list of everything."""

from django import template

from apps.portal import administration

register = template.Library()


@register.simple_tag(takes_context=True)
def duties(context: dict) -> list[tuple[administration.Duty, int]]:
    """What the reader may look after, with what waits."""
    return administration.of(context["request"].user)
