"""What the pages of a bundle show: the parts with who has them, and to each office only what its part takes."""

from typing import Any

from django import template

from apps.kernel.casework.answers import answer
from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock
from apps.services.bundles import declaration, progress
from apps.services.bundles.declaration import Bundle, Part
from apps.services.bundles.models import RESULT_COLUMNS
from apps.services.bundles.progress import Standing

register = template.Library()


@register.simple_tag
def bundle_of(code: str) -> Bundle:
    """The declaration behind a bundle's procedure."""
    return declaration.get(code)


@register.simple_tag
def part_term(part: Part) -> terms.Term:
    """How long a part may take today."""
    return terms.term(part.term, clock.today())


@register.simple_tag
def bundle_parts(whole: Case) -> list[Standing]:
    """Where each part of an application stands."""
    return progress.standings(whole)


@register.simple_tag
def part_answers(case: Case) -> list[dict[str, Any]]:
    """The answers a part takes, from the row of the whole application."""
    part = progress.bundle_of(case.parent).part(case.part)
    return answers(case.parent.detail, part.takes)


@register.simple_tag
def part_results(case: Case) -> list[dict[str, Any]]:
    """What the parts before this one brought about."""
    before = progress.bundle_of(case.parent).part(case.part).after
    found = []
    for each in case.parent.parts.filter(part__in=before, closed_at__isnull=False).order_by("id"):
        found += own_results(each)
    return found


@register.simple_tag
def own_results(case: Case) -> list[dict[str, Any]]:
    """What came of a part, in its department's own words."""
    part, record = progress.bundle_of(case.parent).part(case.part), case.detail
    fields = part.result.base_fields if part.result is not None else {}
    return [
        {**answer(record, name), "label": fields[name].label, "part": part.title}
        for name in RESULT_COLUMNS
        if name in fields and getattr(record, name) not in ("", None)
    ]


@register.simple_tag
def part_lines(case: Case) -> list[dict[str, Any]]:
    """The calculation a part works with, explained line by line."""
    part = progress.bundle_of(case.parent).part(case.part)
    return part.lines(case) if part.lines is not None else []


def answers(detail: CaseDetail, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Question and answer, for people."""
    return [answer(detail, name) for name in names]
