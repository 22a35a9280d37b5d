"""One pass over what is known of everyone: conditions of the law decided for the whole city inside PostgreSQL (Art 13).

The answers of many conditions leave the pass as one small array per party, so a hundred conditions cost
one reading of the table and one row, not a hundred.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from apps.kernel.facts import conditions
from apps.kernel.rules import predicates
from apps.kernel.rules.predicates import Node

# Parties after one id up to and including another.
_RANGE = "FROM facts_profile WHERE party_id > %s AND party_id <= %s"


@dataclass(frozen=True)
class Count:
    """For how many parties a condition holds, and for how many it cannot be told."""

    met: int
    unknown: int
    total: int


def statement(asked: Mapping[int, Node], flagged: Mapping[int, str], *, after: int, upto: int) -> tuple[str, list[Any]]:
    """A SELECT of ``party_id, met, flagged, unclear`` (smallint arrays of the keys) for a range of parties.

    ``flagged`` names the yes-or-no fact of a key. ``unclear`` holds the flagged keys whose condition cannot be
    decided, because something it asks about is not known. Parties with nothing to say are left out.
    """
    params: list[Any] = []
    met = [_case(key, _is(node, "TRUE", params)) for key, node in asked.items()]
    flags = [_case(key, f"{_column(field)} IS TRUE") for key, field in flagged.items()]
    unclear = [
        _case(key, f"{_column(field)} IS TRUE AND {_is(asked[key], 'NULL', params)}")
        for key, field in flagged.items()
        if key in asked
    ]
    # OFFSET 0 keeps the arrays from being computed once for the filter and once for the row.
    text = (
        f"SELECT * FROM (SELECT party_id, {_array(met)} AS met, {_array(flags)} AS flagged, "  # noqa: S608 - column names of the catalogue
        f"{_array(unclear)} AS unclear {_RANGE} OFFSET 0) scanned WHERE met <> '{{}}' OR flagged <> '{{}}'"
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


def _case(key: int, expression: str) -> str:
    return f"CASE WHEN {expression} THEN {key:d}::smallint END"


def _array(cases: list[str]) -> str:
    return f"array_remove(ARRAY[{', '.join(cases)}]::smallint[], NULL)"
