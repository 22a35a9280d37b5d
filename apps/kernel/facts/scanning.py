"""One pass over what is known of everyone: conditions of the law decided for the whole city inside PostgreSQL (Art 13).

The answers of many conditions leave the pass as one short bit string per party, so a hundred conditions cost
one reading of the table and one row, not a hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from apps.kernel.facts import conditions
from apps.kernel.rules import predicates
from apps.kernel.rules.predicates import Node

# Parties after one id up to and including another.
_RANGE = "FROM facts_profile WHERE party_id > %s AND party_id <= %s"
_WORD = 63  # bits made as one whole number of 8 bytes, sign apart


@dataclass(frozen=True)
class Asked:
    """A condition, and the yes-or-no fact that says its consequence is taken, where one does."""

    node: Node
    taken: str = ""


@dataclass(frozen=True)
class Count:
    """For how many parties a condition holds, and for how many it cannot be told."""

    met: int
    unknown: int
    total: int


def statement(asked: Sequence[Asked], *, after: int, upto: int) -> tuple[str, list[Any]]:
    """A SELECT of ``party_id, met, flagged, unclear`` for a range of parties: bit strings, a bit for each one asked.

    ``flagged``: the consequence is taken. ``unclear``: it is, and the condition cannot be decided because something
    it asks about is not known. Parties with nothing to say are left out.
    """
    params: list[Any] = []
    met = [_is(each.node, "TRUE", params) for each in asked]
    flagged = [f"{_column(each.taken)} IS TRUE" if each.taken else "" for each in asked]
    unclear = [
        flag and f"{flag} AND {_is(each.node, 'NULL', params)}" for flag, each in zip(flagged, asked, strict=True)
    ]
    # OFFSET 0 keeps the bits from being computed once for the filter and once for the row.
    text = (
        f"SELECT * FROM (SELECT party_id, {_bits(met)} AS met, {_bits(flagged)} AS flagged, "  # noqa: S608 - column names of the catalogue
        f"{_bits(unclear)} AS unclear {_RANGE} OFFSET 0) scanned WHERE bit_count(met | flagged) > 0"
    )
    return text, [*params, after, upto]


def count(node: Node) -> Count:
    """How many parties of the whole city a condition holds for."""
    params: list[Any] = []
    holds, open_ = _is(node, "TRUE", params), _is(node, "NULL", params)
    text = f"SELECT count(*) FILTER (WHERE {holds}), count(*) FILTER (WHERE {open_}), count(*) FROM facts_profile"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return Count(*cursor.fetchone())


def next_end(after: int, size: int) -> int | None:
    """The last id of the next ``size`` parties, or None when there are none: an index says so."""
    text = "SELECT max(party_id) FROM (SELECT party_id FROM facts_profile WHERE party_id > %s ORDER BY 1 LIMIT %s) s"
    with connection.cursor() as cursor:
        cursor.execute(text, [after, size])
        return cursor.fetchone()[0]


def total() -> int:
    """How many parties there are to read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM facts_profile")
        return cursor.fetchone()[0]


def _is(node: Node, truth: str, params: list[Any]) -> str:
    conditions.check(node)  # only columns of the catalogue reach the statement
    expression, values = predicates.compile_sql(node)
    params.extend(values)
    return f"({expression}) IS {truth}"


def _column(field: str) -> str:
    conditions.check(predicates.Clause(field, "=", True))
    return connection.ops.quote_name(field)


def _bits(expressions: Sequence[str]) -> str:
    """A bit string with a bit for each expression; an empty one is never true.

    Made as sums of powers of two: a bit string for each bit, joined, would be as many small objects.
    """
    words = []
    for start in range(0, len(expressions), _WORD):
        part = expressions[start : start + _WORD]
        foremost = len(part) - 1
        values = [
            f"CASE WHEN {each} THEN {1 << (foremost - place)}::bigint ELSE 0 END"
            for place, each in enumerate(part)
            if each
        ]
        words.append(f"({' + '.join(values) or '0'})::bigint::bit({len(part)})")
    return f"({' || '.join(words)})::varbit" if words else "B''::varbit"
