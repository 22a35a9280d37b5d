"""One pass over what is known of everyone: conditions of the law decided for the whole city inside PostgreSQL (Art 13).

The answers of many conditions leave the pass as one short bit string per party, so a hundred conditions cost
one reading of the table and one row, not a hundred. PostgreSQL interprets each step of an expression for each party:
what several conditions ask is asked once, and what hangs on it only of those it holds for.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection

from apps.kernel.facts import conditions
from apps.kernel.rules import predicates
from apps.kernel.rules.predicates import All, Clause, Node

_WORD = 63  # bits made as one whole number of 8 bytes, sign apart


@dataclass(frozen=True)
class Asked:
    """A condition, and the yes-or-no fact that says its consequence is taken, where one does."""

    node: Node
    taken: str = ""


@dataclass(frozen=True)
class _Unknown:
    """Whether a condition cannot be told."""

    node: Node


_Tests = tuple[Node | _Unknown, ...]  # all of them must be true


@dataclass(frozen=True)
class Count:
    """For how many parties a condition holds, and for how many it cannot be told."""

    met: int
    unknown: int
    total: int


def statement(asked: Sequence[Asked], *, after: int, upto: int) -> tuple[str, list[Any]]:
    """A SELECT of ``party_id, met, flagged, unclear`` for parties after one id up to another: a bit for each one asked.

    ``flagged``: the consequence is taken. ``unclear``: it is, and the condition cannot be decided because something
    it asks about is not known.
    """
    params: list[Any] = []
    taken: list[_Tests] = [(Clause(each.taken, "=", True),) if each.taken else () for each in asked]
    met = _bits([_all_of(each.node) for each in asked], params)
    flagged = _bits(taken, params)
    unclear = _bits([flag and (*flag, _Unknown(each.node)) for flag, each in zip(taken, asked, strict=True)], params)
    text = (
        f"SELECT party_id, {met} AS met, {flagged} AS flagged, {unclear} AS unclear"  # noqa: S608 - built here
        " FROM facts_profile WHERE party_id > %s AND party_id <= %s"
    )
    return text, [*params, after, upto]


def count(node: Node) -> Count:
    """How many parties of the whole city a condition holds for."""
    params: list[Any] = []
    holds, unknown = _sql(node, params), _sql(_Unknown(node), params)
    text = f"SELECT count(*) FILTER (WHERE {holds}), count(*) FILTER (WHERE {unknown}), count(*) FROM facts_profile"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return Count(*cursor.fetchone())


def total() -> int:
    """How many parties there are to read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM facts_profile")
        return cursor.fetchone()[0]


def _sql(test: Node | _Unknown, params: list[Any]) -> str:
    if isinstance(test, _Unknown):
        return f"({_sql(test.node, params)}) IS NULL"
    conditions.check(test)  # only columns of the catalogue reach the statement
    expression, values = predicates.compile_sql(test)
    params.extend(values)
    return expression


def _all_of(node: Node) -> _Tests:
    """What must be true for a condition to be: where it joins several by "and", each of them."""
    if isinstance(node, All):
        return tuple(test for part in node.parts for test in _all_of(part))
    return (node,)


def _bits(asked: Sequence[_Tests], params: list[Any]) -> str:
    """A bit string with a bit for each one asked; where nothing is asked it is never set.

    Made as sums of powers of two: a bit string for each bit, joined, would be as many small objects.
    """
    words = []
    for start in range(0, len(asked), _WORD):
        part = asked[start : start + _WORD]
        numbers = {1 << (len(part) - 1 - place): tests for place, tests in enumerate(part) if tests}
        words.append(f"({_sum(numbers, params)})::bigint::bit({len(part)})")
    return f"({' || '.join(words)})::varbit" if words else "B''::varbit"


def _sum(numbers: Mapping[int, _Tests], params: list[Any]) -> str:
    """The sum of the numbers whose tests are all true; the test most of them share is decided first, and once."""
    free = sum(number for number, tests in numbers.items() if not tests)
    terms = [f"{free}::bigint"] if free else []
    waiting = {number: tests for number, tests in numbers.items() if tests}
    while waiting:
        test = Counter(chain.from_iterable(map(dict.fromkeys, waiting.values()))).most_common(1)[0][0]
        behind = {number: tests for number, tests in waiting.items() if test in tests}
        waiting = {number: tests for number, tests in waiting.items() if number not in behind}
        holds = _sql(test, params)
        rest = {number: tuple(other for other in tests if other != test) for number, tests in behind.items()}
        terms.append(f"CASE WHEN {holds} THEN {_sum(rest, params)} ELSE 0 END")
    return " + ".join(terms) or "0"
