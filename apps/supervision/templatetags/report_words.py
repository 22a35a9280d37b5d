"""Words for the codes inside a report's sealed content."""

from django import template

from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.supervision.reports.forms import Violation
from apps.supervision.reports.models import Report

register = template.Library()


@register.filter
def violation(code: str) -> str:
    """The kind of violation in words."""
    return str(Violation(code).label) if code in Violation.values else code


@register.filter
def readable_by(case: Case, actor: Actor) -> bool:
    """Whether the actor holds a key of the report, so that its page is there for them."""
    return Report.objects.readable_by(actor).filter(case=case).exists()
