"""What a bundle is, as data: shared questions asked once, and the parts that departments handle (Article 10).

A bundle that cannot work - parts that wait for each other, a question nobody needs, a paper nobody
reads - stops the start.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.casework.procedures import Page, Paper, State, Transition, Words
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.services.bundles.models import RESULT_COLUMNS


@dataclass(frozen=True)
class When:
    """A part applies only when a question was answered with one of ``values``."""

    question: str
    values: tuple[str, ...]

    def holds(self, answers: CaseDetail) -> bool:
        """Whether the answers ask for the part."""
        return getattr(answers, self.question) in self.values


@dataclass(frozen=True)
class Part:
    """One department's part of the whole: a procedure of its own.

    :param does: what the part brings about, in public words.
    :param office: gives the office that handles it, from the whole application.
    :param term: the dated term of its clock.
    :param takes: the questions whose answers the office needs and may see.
    :param papers: the kinds of papers it needs and may open.
    :param after: the parts whose outcome it waits for; it sees their results.
    :param result: asks what comes of the part when it is approved, in columns of ``PartRecord``.
    :param lines: explains what the office works with, line by line, such as a tax calculation.
    :param ready: raises ``ValidationError`` while the part cannot be approved yet.
    :param yields: what its approval puts among the applicant's papers, under the result's number.
    :param effect: what its approval changes elsewhere, after its result is kept.
    :param decided_by: the actions with which its clock stops.
    :param states: states it has beside the standard ones.
    :param rows: rows that take the place of the standard ones with the same action, or come in addition.
    """

    code: str
    title: Words
    does: Words
    office: Callable[[Case], Office]
    term: str
    takes: tuple[str, ...]
    papers: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    when: When | None = None
    result: type[forms.Form] | None = None
    lines: Callable[[Case], list[dict[str, Any]]] | None = None
    ready: Callable[[Case, Actor], None] | None = None
    yields: Paper | None = None
    effect: Callable[[Case, Actor], None] | None = None
    decided_by: tuple[str, ...] = ("approve", "refuse")
    states: tuple[State, ...] = ()
    rows: tuple[Transition, ...] = ()

    def applies(self, answers: CaseDetail) -> bool:
        """Whether this application needs the part at all."""
        return self.when is None or self.when.holds(answers)


@dataclass(frozen=True)
class Bundle:
    """Several procedures that are one thing for whoever applies (一件事)."""

    code: str
    title: Words
    summary: Words
    article: str
    audience: frozenset[str]
    detail: type[CaseDetail]
    pages: tuple[Page, ...]
    papers: tuple[Paper, ...]
    parts: tuple[Part, ...]
    term: str
    minutes: int
    keywords: tuple[str, ...]
    validate: Callable[[CaseDetail], None] | None = None

    def part(self, code: str) -> Part:
        return next(part for part in self.parts if part.code == code)

    def procedure_of(self, part: Part) -> str:
        """The code of a part's own procedure."""
        return f"{self.code}-{part.code}"

    def applying(self, answers: CaseDetail) -> list[Part]:
        """The parts this application needs, in the order they are declared."""
        return [part for part in self.parts if part.applies(answers)]


_bundles: dict[str, Bundle] = {}


def keep(bundle: Bundle) -> Bundle:
    """Put a bundle on the register after checking it.

    :raises ImproperlyConfigured: naming everything that is wrong with it.
    """
    problems = list(faults(bundle))
    if problems:
        raise ImproperlyConfigured(f"{bundle.code}: " + "; ".join(problems))
    _bundles[bundle.code] = bundle
    return bundle


def get(code: str) -> Bundle:
    """The bundle with this code; ``KeyError`` when there is none."""
    return _bundles[code]


def all_bundles() -> list[Bundle]:
    """Every bundle, by code."""
    return [_bundles[code] for code in sorted(_bundles)]


def faults(bundle: Bundle) -> Iterator[str]:
    """What is wrong with a bundle: the checks each must pass at start-up."""
    codes = [part.code for part in bundle.parts]
    if len(codes) != len(set(codes)):
        yield "a part is declared twice"
    for part in bundle.parts:
        if unknown := set(part.after) - set(codes):
            yield f"{part.code} waits for unknown parts {sorted(unknown)}"
        if part.result is not None and (unknown := set(part.result.base_fields) - set(RESULT_COLUMNS)):
            yield f"{part.code} has results no column holds: {sorted(unknown)}"
    try:
        TopologicalSorter({part.code: part.after for part in bundle.parts}).prepare()
    except CycleError as error:
        yield f"parts wait for each other: {' -> '.join(error.args[1])}"
    asked = {name for page in bundle.pages for name in page.fields}
    needed = {name for part in bundle.parts for name in part.takes}
    needed |= {part.when.question for part in bundle.parts if part.when is not None}
    yield from _mismatch("questions", asked, needed)
    yield from _mismatch(
        "papers", {paper.kind for paper in bundle.papers}, {kind for part in bundle.parts for kind in part.papers}
    )
    if not any(part.when is None and not part.after for part in bundle.parts):
        yield "no part begins without conditions"


def _mismatch(what: str, asked: set[str], needed: set[str]) -> Iterator[str]:
    if unused := asked - needed:
        yield f"{what} nobody needs: {sorted(unused)}"
    if unknown := needed - asked:
        yield f"{what} needed but never asked: {sorted(unknown)}"
