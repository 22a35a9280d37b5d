"""Words for the codes inside a report's sealed content."""

from django import template

from apps.supervision.reports.forms import Violation

register = template.Library()


@register.filter
def violation(code: str) -> str:
    """The kind of violation in words."""
    return str(Violation(code).label) if code in Violation.values else code
