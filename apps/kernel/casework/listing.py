"""Lists of cases, by key, with the clock that ends first: those of a room for an office, and one's own."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest

from apps.kernel.casework import desk
from apps.kernel.casework.models import Case, CaseQuerySet, Clock
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor

OFFICE, APPLICANT = Clock.Whose.OFFICE, Clock.Whose.APPLICANT
PER_PAGE = 30
OWN_PER_PAGE = 20


@dataclass(frozen=True)
class Line:
    """A case as one's own list tells it, in the reader's language."""

    number: str
    title: str
    state: str
    tone: str
    office: str
    due_at: dt.datetime | None


def own(actor: Actor, after: str) -> dict:
    """One page of the cases the actor may see, newest first; a taxpayer's are kept like the to-dos."""
    return todos.kept(actor, f"cases-{after}", lambda: _own(actor, after))


def on_desk(actor: Actor, part: str, after: str) -> dict:
    """One page of a part of the office's desk, newest first."""
    return {**_page(desk.part(actor, part), after), "part": part, "part_label": desk.PARTS[part]}


def _own(actor: Actor, after: str) -> dict:
    first, then = (APPLICANT, OFFICE) if actor.party is not None else (OFFICE, APPLICANT)
    found = Case.objects.visible_to(actor).with_due(first, then)
    return _page(found if actor.party is None else found.whole(), after)


def _page(found: CaseQuerySet, after: str) -> dict:
    found = found.select_related("office").order_by("-id")
    if after.isdecimal():
        found = found.filter(id__lt=int(after))
    some = list(found[: OWN_PER_PAGE + 1])
    return {
        "cases": [_line(case) for case in some[:OWN_PER_PAGE]],
        "next": some[OWN_PER_PAGE - 1].pk if len(some) > OWN_PER_PAGE else None,
    }


def _line(case: Case) -> Line:
    standing = case.standing
    return Line(case.number, case.heading, str(standing.label), standing.tone, str(case.office or ""), case.due_at)


def page(request: HttpRequest, procedures: Collection[str]) -> dict:
    """One page of the cases the office may see, newest first, and where the next page begins."""
    found = (
        Case.objects.visible_to(request.actor)
        .filter(procedure__in=procedures)
        .with_due(OFFICE, APPLICANT)
        .select_related("office", "applicant")
        .order_by("-id")
    )
    if request.GET.get("mine"):
        found = found.in_custody_of(request.actor.office).open()
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(id__lt=int(after[:18]))
    some = list(found[: PER_PAGE + 1])
    return {
        "cases": some[:PER_PAGE],
        "next": some[PER_PAGE - 1].pk if len(some) > PER_PAGE else None,
        "mine": bool(request.GET.get("mine")),
        "case_page": f"{request.actor.front_door}_cases:page",
    }
