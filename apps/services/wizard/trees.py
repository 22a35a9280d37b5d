"""Question trees as data: read from YAML and checked at start-up, so no reader can be led into nothing (Art 12).

Every branch ends in a matter of the catalogue, an answer or a person; nothing goes in circles; nothing
that was written stays out of reach.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from apps.kernel.casework import procedures

FILES = Path(__file__).parent / "trees"


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if translation.get_language() == "en" else self.zh


@dataclass(frozen=True)
class Answer:
    """One way to go on: what it says and where it leads, a question or an end."""

    code: str
    say: Words
    to: str


@dataclass(frozen=True)
class Question:
    """One page."""

    code: str
    ask: Words
    answers: tuple[Answer, ...]
    hint: Words | None = None

    def answer(self, code: str) -> Answer | None:
        return next((each for each in self.answers if each.code == code), None)


@dataclass(frozen=True)
class Link:
    """A page of the portal worth going to from an answer."""

    route: str
    say: Words
    arguments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class End:
    """Where a branch ends: ``kind`` is ``matter``, ``answer`` or ``person``."""

    code: str
    kind: str
    say: Words
    matter: str = ""
    prefill: dict[str, Any] = field(default_factory=dict)
    links: tuple[Link, ...] = ()

    @property
    def procedure(self) -> procedures.Procedure | None:
        return procedures.get(self.matter) if self.matter else None


@dataclass(frozen=True)
class Tree:
    """One guide."""

    code: str
    title: Words
    summary: Words
    first: str
    questions: dict[str, Question]
    ends: dict[str, End]
    keywords: tuple[str, ...] = ()

    def walk(self, path: list[str]) -> "Walk | None":
        """Where the answers given so far lead; None when they are not answers of this tree."""
        place, given = self.first, []
        for code in path:
            question = self.questions.get(place)
            answer = question.answer(code) if question is not None else None
            if question is None or answer is None:
                return None
            given.append((question, answer))
            place = answer.to
        return Walk(self, tuple(given), self.questions.get(place), self.ends.get(place))

    def paths(self) -> Iterator[list[str]]:
        """Every way through the tree, as answer codes."""
        yield from self._paths(self.first)

    def _paths(self, place: str) -> Iterator[list[str]]:
        if place in self.ends:
            yield []
            return
        for answer in self.questions[place].answers:
            for rest in self._paths(answer.to):
                yield [answer.code, *rest]


@dataclass(frozen=True)
class Walk:
    """The answers given so far, and the question or the end they lead to."""

    tree: Tree
    given: tuple[tuple[Question, Answer], ...]
    question: Question | None
    end: End | None

    @property
    def path(self) -> str:
        return ".".join(answer.code for _question, answer in self.given)

    @property
    def transcript(self) -> str:
        """The questions and answers as a record keeps them, in Chinese."""
        return "\n".join(f"问：{question.ask.zh}\n答：{answer.say.zh}" for question, answer in self.given)


@cache
def all() -> dict[str, Tree]:  # noqa: A001 - reads as trees.all()
    """Every tree by code.

    :raises ImproperlyConfigured: naming what is wrong with a file.
    """
    found = {}
    for file in sorted(FILES.glob("*.yaml")):
        tree = parse(file.stem, yaml.safe_load(file.read_text("utf-8")))
        problems = list(faults(tree))
        if problems:
            raise ImproperlyConfigured(f"{file.name}: " + "; ".join(problems))
        found[tree.code] = tree
    return found


def parse(code: str, data: dict[str, Any]) -> Tree:
    """A tree from its file's data."""
    try:
        questions = {
            name: Question(
                name,
                Words(**row["ask"]),
                tuple(Answer(key, Words(**each["say"]), each["to"]) for key, each in row["answers"].items()),
                Words(**row["hint"]) if "hint" in row else None,
            )
            for name, row in data["questions"].items()
        }
        ends = {name: _end(name, row) for name, row in data["ends"].items()}
        return Tree(
            code,
            Words(**data["title"]),
            Words(**data["summary"]),
            data["first"],
            questions,
            ends,
            tuple(data.get("keywords", ())),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ImproperlyConfigured(f"{code}: not the shape of a tree: {error!r}") from error


def _end(name: str, row: dict[str, Any]) -> End:
    kind = next((kind for kind in ("matter", "answer", "person") if kind in row), "")
    matter = row["matter"] if kind == "matter" else ""
    return End(
        name,
        kind,
        Words(**(row["say"] if matter else row[kind])),
        matter,
        row.get("prefill", {}),
        tuple(Link(each["route"], Words(**each["say"]), each.get("with", {})) for each in row.get("links", ())),
    )


def faults(tree: Tree) -> Iterator[str]:
    """What is wrong with a tree."""
    places = {*tree.questions, *tree.ends}
    if doubled := tree.questions.keys() & tree.ends.keys():
        yield f"both a question and an end: {sorted(doubled)}"
    if tree.first not in tree.questions:
        yield f"begins at the unknown question {tree.first}"
        return
    for question in tree.questions.values():
        yield from _question_faults(question, places)
    if loop := _loop(tree, tree.first, ()):
        yield f"goes in circles: {' > '.join(loop)}"
    if lost := places - _reachable(tree):
        yield f"out of reach: {sorted(lost)}"
    for end in tree.ends.values():
        yield from _end_faults(end)


def _question_faults(question: Question, places: set[str]) -> Iterator[str]:
    if len(question.answers) < 2:
        yield f"{question.code} leaves no choice"
    for answer in question.answers:
        if answer.to not in places:
            yield f"{question.code}.{answer.code} leads to the unknown {answer.to}"
        if "." in answer.code:
            yield f"{question.code}.{answer.code}: a path is written with dots"


def _end_faults(end: End) -> Iterator[str]:
    if end.kind != "matter":
        return
    try:
        procedure = procedures.get(end.matter)
    except KeyError:
        yield f"{end.code} ends in the unknown matter {end.matter}"
        return
    asked = {name for page in procedure.pages for name in page.fields}
    if unknown := set(end.prefill) - asked:
        yield f"{end.code} fills in what {end.matter} does not ask: {sorted(unknown)}"


def _loop(tree: Tree, place: str, before: tuple[str, ...]) -> tuple[str, ...]:
    if place in before:
        return (*before, place)
    question = tree.questions.get(place)
    for answer in question.answers if question else ():
        if found := _loop(tree, answer.to, (*before, place)):
            return found
    return ()


def _reachable(tree: Tree) -> set[str]:
    reached, frontier = {tree.first}, [tree.first]
    while frontier:
        question = tree.questions.get(frontier.pop())
        for answer in question.answers if question else ():
            if answer.to not in reached:
                reached.add(answer.to)
                frontier.append(answer.to)
    return reached
