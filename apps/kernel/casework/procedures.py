"""Procedures as data: states, transition tables and clocks that read like the article they carry out.

A chapter registers a :class:`Procedure`; everything generic - pages, API, letters, clocks,
statistics, charts - is derived from it. The registry refuses a table that cannot work.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties import delegable
from apps.kernel.parties.models import Role

if TYPE_CHECKING:
    from django import forms

    from apps.kernel.casework.models import Case, CaseDetail
    from apps.kernel.parties.actors import Actor
    from apps.kernel.parties.models import Office

# Who may act beside the roles of the office that holds the case.
APPLICANT = "applicant"  # the taxpayer, or whoever holds a mandate for the matter
RECEIVER = "receiver"  # the office a case has been offered to
SUPERIOR = "superior"  # an office above the one that holds the case
SYSTEM = "system"  # the portal itself: clocks and straight-through decisions
REQUESTER = "requester"  # the office that asks another for something, whoever holds the case now
BEYOND_ROLES = frozenset({APPLICANT, RECEIVER, SUPERIOR, SYSTEM, REQUESTER})

DRAFT = "draft"
DONE = "done"  # the code of a bar nobody need be told of: what is barred was done already
DISCARDED = "discarded"  # a draft given up: it was never submitted, so no office ever holds it

# Text for people: translated when it is shown.
Words = str | Promise

# Steps that move no case along its table: a draft that changes hands (接续码).
BESIDE_THE_TABLE: dict[str, Words] = {
    "hand_over.issued": _("取了接续码，准备换一处继续填写"),
    "hand_over.taken": _("凭接续码在窗口接手代填草稿"),
    "hand_over.continued": _("凭接续码在另一台设备继续填写"),
    "hand_over.returned": _("把草稿交还申请人，给出新的接续码"),
    "hand_over.taken_back": _("收回了草稿"),
}


def recorded(words: Words) -> str:
    """Words as a record keeps them: in Chinese, whatever language the person who caused it reads."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(words)


@dataclass(frozen=True)
class State:
    """One state in two vocabularies: ``label`` for staff, ``now`` and ``todo`` for the public."""

    code: str
    label: Words
    now: Words
    todo: Words = ""
    final: bool = False
    waits_for_applicant: bool = False
    tone: str = "wait"


@dataclass(frozen=True)
class Transition:
    """One row of a transition table.

    ``by`` names who may do it. ``bar`` raises ``ValidationError`` or ``PermissionDenied`` when the case is not ready
    for it, or not for this actor, whatever is given: then there is no button. ``guard`` raises them when what is
    given does not do; ``effect`` carries out the consequence inside the transaction; ``after`` carries on,
    in the same transaction, with other cases that hang on this one once it is written; ``then`` names the
    action the portal itself takes next, if any.
    """

    action: str
    label: Words
    sources: tuple[str, ...]
    target: str | None  # None: the state stays
    by: frozenset[str]
    article: str
    past: Words  # what the timeline says happened; where a button has the same words, in the context "已发生"
    bar: "Callable[[Case, Actor], None] | None" = None
    guard: "Callable[[Case, Actor, dict[str, Any]], None] | None" = None
    effect: "Callable[[Case, Actor, dict[str, Any]], None] | None" = None
    after: "Callable[[Case, Actor, dict[str, Any]], None] | None" = None
    then: "Callable[[Case], str | None] | None" = None
    form: "type[forms.Form] | None" = None
    letter: str = ""
    notice: str = ""
    pauses: bool = False
    resumes: bool = False
    public: bool = True
    tone: str = ""  # how the button looks: "", "secondary" or "warning"


@dataclass(frozen=True)
class ClockSpec:
    """A clock of the procedure: which dated term it follows, what starts and what stops it.

    ``whose`` says who must act before it runs out: the office that holds the case, or the applicant.
    ``extension`` names the dated term of the one extension the law allows; ``applies`` says for which cases
    it is started at all, where the term depends on what the case is about.
    """

    term: str
    label: Words
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    extension: str = ""
    pausable: bool = True
    whose: str = "office"
    applies: "Callable[[Case], bool] | None" = None
    until: "Callable[[Case], dt.datetime] | None" = None


@dataclass(frozen=True)
class Page:
    """One page of the application form: one question, or a few that belong together."""

    slug: str
    title: Words
    fields: tuple[str, ...]
    hint: Words = ""


@dataclass(frozen=True)
class Paper:
    """A paper an application needs. ``kind`` is what it is filed under, so one held already is asked for no more.

    ``keeper`` names who keeps it as an electronic licence or record: what a government office keeps need not be
    handed in when it can be fetched (两个免于提交).
    """

    kind: str
    title: Words
    hint: Words = ""
    required: bool = False
    keeper: Words = ""

    def __str__(self) -> str:
        return str(self.title)


@dataclass(frozen=True)
class Procedure:
    """One kind of case, carried out the same way for everyone.

    :param audience: which parties may apply: ``person``, ``organisation`` or both; empty when offices open it.
    :param detail: the typed one-to-one model that holds what is applied for.
    :param route: gives the office that receives a submitted case.
    :param requester: gives the office that asks, where one office asks another; it keeps seeing the case. Without
        it the office that opened the case is the one that asks.
    :param bearer: what whoever acts without an account is called; empty where only the portal itself does.
    :param detail_template: shows what was applied for on the case page.
    :param overview_template: shown on the case page before it, for a procedure that has more to show.
    :param start_template: shown on the start page below the usual, likewise.
    :param whole: the procedure this one is a part of; nobody applies for a part, or mandates it, by itself.
    :param entry: URL name of the start of an own application flow; empty for the generic one.
    :param check: URL name of that flow's check page for one case.
    :param opener: opens a draft from given data with the flow's own checks, for the API; the generic form
        over ``pages`` when absent.
    :param asks: what ``opener`` takes, as the API describes it: columns of the detail, or a form.
    :param titles: says in the reader's language a title that holds values, from how it is kept.
    :param tells: says one line that a step by the portal keeps as a code and values (``told``).
    """

    code: str
    title: Words
    summary: Words
    chapter: str
    article: str
    audience: frozenset[str]
    detail: "type[CaseDetail]"
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    route: "Callable[[Case], Office]"
    clocks: tuple[ClockSpec, ...] = ()
    pages: tuple[Page, ...] = ()
    papers: tuple[Words | Paper, ...] = ()
    minutes: int = 10
    cost: Words = ""
    other_ways: tuple[Words, ...] = ()
    subject: Words = ""  # which heading of the catalogue of matters it stands under
    keywords: tuple[str, ...] = ()
    entry: str = ""
    check: str = ""
    opener: "Callable[[Actor, dict[str, Any], str], Case] | None" = None
    asks: "type[forms.Form | forms.ModelForm] | tuple[str, ...]" = ()
    detail_template: str = "casework/_answers.html"
    overview_template: str = ""
    start_template: str = ""
    whole: str = ""
    validate: "Callable[[CaseDetail], None] | None" = None
    requester: "Callable[[Case], Office | None] | None" = None
    bearer: Words = ""
    titles: "Callable[[str], str] | None" = None
    tells: "Callable[[str, dict[str, Any]], Words] | None" = None
    by_state: dict[str, State] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_state.update({state.code: state for state in self.states})
        if not any(clock.extension for clock in self.clocks):  # nothing the law allows to extend: no such step
            kept = tuple(row for row in self.transitions if row.action != "extend")
            object.__setattr__(self, "transitions", kept)

    @property
    def attachments(self) -> list[Paper]:
        """What may be attached; a paper given in plain words is filed under its place in the list."""
        return [
            paper if isinstance(paper, Paper) else Paper(f"{self.code}-{place}", paper)
            for place, paper in enumerate(self.papers, start=1)
        ]

    def state(self, code: str) -> State:
        return self.by_state[code]

    def transition(self, action: str, state: str) -> Transition | None:
        """The row for an action in a state, or None when it is not open there."""
        for row in self.transitions:
            if row.action == action and state in row.sources:
                return row
        return None

    def from_state(self, state: str) -> Iterator[Transition]:
        """The rows open in a state, in the order of the table."""
        return (row for row in self.transitions if state in row.sources)


_registry: dict[str, Procedure] = {}


def register(procedure: Procedure) -> Procedure:
    """Put a procedure on the register after checking its table.

    :raises ImproperlyConfigured: naming what is wrong with the table.
    """
    if procedure.code in _registry:
        raise ImproperlyConfigured(f"{procedure.code}: registered twice")
    problems = list(faults(procedure))
    if problems:
        raise ImproperlyConfigured(f"{procedure.code}: " + "; ".join(problems))
    _registry[procedure.code] = procedure
    if not procedure.whole:
        delegable.MATTERS[procedure.code] = procedure.title
    return procedure


def get(code: str) -> Procedure:
    """The procedure with this code; ``KeyError`` when there is none."""
    return _registry[code]


def all() -> list[Procedure]:  # noqa: A001 - reads as procedures.all()
    """Every procedure, by chapter, article and code."""
    return sorted(_registry.values(), key=lambda procedure: (procedure.chapter, procedure.article, procedure.code))


def reviewed_by_superiors() -> dict[str, set[str]]:
    """For each procedure the states in which it is the superior office's turn."""
    found = {each.code: {s for row in each.transitions if SUPERIOR in row.by for s in row.sources} for each in all()}
    return {code: states for code, states in found.items() if states}


def faults(procedure: Procedure) -> Iterator[str]:
    """What is wrong with a procedure's table: the checks every table must pass at start-up."""
    yield from _state_faults(procedure)
    for row in procedure.transitions:
        yield from _row_faults(procedure, row)
    doubled = Counter((row.action, source) for row in procedure.transitions for source in row.sources)
    yield from (f"{action} is ambiguous in {source}" for (action, source), times in doubled.items() if times > 1)
    actions = {row.action for row in procedure.transitions}
    for clock in procedure.clocks:
        if missing := {*clock.starts, *clock.stops} - actions:
            yield f"clock {clock.term} hangs on unknown actions {sorted(missing)}"
    fields = {each.name for each in procedure.detail._meta.fields}  # noqa: SLF001 - Django's public _meta
    for page in procedure.pages:
        if unknown := set(page.fields) - fields:
            yield f"page {page.slug} asks for unknown fields {sorted(unknown)}"


def _state_faults(procedure: Procedure) -> Iterator[str]:
    codes = set(procedure.by_state)
    if len(codes) != len(procedure.states):
        yield "a state is declared twice"
    if DRAFT not in codes:
        yield "there is no draft state to begin from"
    if lost := codes - _reachable(procedure):
        yield f"unreachable states {sorted(lost)}"
    for state in procedure.states:
        leaves = any(row.target not in (None, state.code) for row in procedure.from_state(state.code))
        if not state.final and not leaves:
            yield f"{state.code} is a dead end but not final"


def _row_faults(procedure: Procedure, row: Transition) -> Iterator[str]:
    if not row.article:
        yield f"{row.action} cites no article"
    if unknown := {*row.sources, *([row.target] if row.target else [])} - set(procedure.by_state):
        yield f"{row.action} names unknown states {sorted(unknown)}"
    orphans = row.by - BEYOND_ROLES - set(Role.values)
    if orphans or not row.by:
        yield f"{row.action} may be done by nobody known: {sorted(orphans)}"


def _reachable(procedure: Procedure) -> set[str]:
    reached, frontier = {DRAFT}, [DRAFT]
    while frontier:
        for row in procedure.from_state(frontier.pop()):
            if row.target and row.target not in reached:
                reached.add(row.target)
                frontier.append(row.target)
    return reached
