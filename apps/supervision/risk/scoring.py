"""Scores of a range of parties in sets: everyone is judged, then what repeats is scored once (Art 32).

The verdicts of a party are two bits for each indicator, packed into whole numbers; judging everyone into them may be
shared by several processes of the database. Parties with the same hits share one score, and there are far fewer such
patterns than parties: exact numbers are slow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from apps.supervision.risk.indicators import Rules, indicators
from apps.supervision.risk.models import Level
from apps.supervision.risk.scanning import FOUND, OPEN, Relief, Statement, judged

_WORD = 30  # indicators in one 64-bit number, two bits each
_EVERY = sum(1 << 2 * place for place in range(_WORD))  # the lower bit of each


@dataclass(frozen=True)
class Scored:
    """Of a range: how many parties, how many scores, and for each indicator of how many it cannot be told."""

    parties: int
    scores: int
    unclear: dict[int, int]


def score(rules: Rules, reliefs: Sequence[Relief], *, run: int, after: int, upto: int, into: str) -> Scored:
    """Write the scores of a range of parties into a table; in the caller's transaction."""
    with connection.cursor() as cursor:
        # A range is soon done, compiling its long expression is not; and its patterns are looked up in memory.
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '32MB'")
        _judge(cursor, judged(rules, reliefs, run=run, after=after, upto=upto))
        scores = _keep(cursor, rules, run, into)
        unclear = ", ".join(f"count(*) FILTER (WHERE {_has('o', number, FOUND)})" for number in indicators())
        cursor.execute(f"SELECT count(*), {unclear} FROM risk_judged")  # noqa: S608 - our own numbers
        parties, *counts = cursor.fetchone()
        cursor.execute("DROP TABLE risk_judged")
    return Scored(parties, scores, dict(zip(indicators(), counts, strict=True)))


def _judge(cursor, verdicts: Statement) -> None:
    """The verdicts of everyone in the range, packed."""
    words = ", ".join(f"{_packed(word)} AS w{word}" for word in _words())
    # The upper bit counts as part of a hit only beside the lower one; alone it says that it cannot be told.
    found = ", ".join(f"w{word} & ({_EVERY} | ((w{word} & {_EVERY}) << 1)) AS f{word}" for word in _words())
    unclear = ", ".join(f"(w{word} >> 1) & ~w{word} & {_EVERY} AS o{word}" for word in _words())
    cursor.execute(
        f"CREATE TEMPORARY TABLE risk_judged ON COMMIT DROP AS SELECT party_id, {found}, {unclear} "  # noqa: S608 - names of the catalogue
        f"FROM (SELECT party_id, {words} FROM ({verdicts.text}) judged OFFSET 0) p",
        verdicts.params,
    )


def _keep(cursor, rules: Rules, run: int, into: str) -> int:
    """A row for each party with a score; how many."""
    found = ", ".join(f"f{word}" for word in _words())
    product, factors = _product(rules)
    levels = [rules.levels[level] for level in (Level.AUDIT, Level.ASSESSMENT, Level.REMINDER)]
    text = f"""
        WITH patterns AS MATERIALIZED (
            SELECT *, CASE WHEN score >= %s THEN 'audit' WHEN score >= %s THEN 'assessment'
                           WHEN score >= %s THEN 'reminder' ELSE 'none' END AS level
              FROM (SELECT {found}, {_array("f", FOUND)} AS hits, {_array("f", OPEN)} AS severe,
                           round(100 * (1 - {product}), 2) AS score
                      FROM (SELECT DISTINCT {found} FROM risk_judged) d OFFSET 0) s
             WHERE score > 0
        )
        INSERT INTO {into} (run_id, party_id, hits, severe, unclear, score, level)
        SELECT %s, party_id, hits, severe, {_array("o", FOUND)}, score, level
          FROM risk_judged JOIN patterns USING ({found})"""  # noqa: S608 - names of the catalogue
    cursor.execute(text, [*levels, *factors, run])
    return cursor.rowcount


def _words() -> range:
    return range(-(-len(indicators()) // _WORD))


def _place(number: int) -> tuple[int, int]:
    """Which word an indicator's two bits are in, and how far to the left."""
    word, place = divmod(list(indicators()).index(number), _WORD)
    return word, 2 * place


def _packed(word: int) -> str:
    """The statuses of one word's indicators as one number."""
    numbers = [number for number in indicators() if _place(number)[0] == word]
    return " | ".join(f"((i{number} & {FOUND | OPEN}) << {_place(number)[1]})" for number in numbers)


def _has(name: str, number: int, bit: int) -> str:
    """Whether a bit of an indicator is set."""
    word, shift = _place(number)
    return f"{name}{word} & {bit << shift} <> 0"


def _array(name: str, bit: int) -> str:
    """The numbers of the indicators whose bit is set."""
    cases = ", ".join(f"CASE WHEN {_has(name, number, bit)} THEN {number}::smallint END" for number in indicators())
    return f"array_remove(ARRAY[{cases}]::smallint[], NULL)"


def _product(rules: Rules) -> tuple[str, list[Any]]:
    """What all hits of a pattern leave, as one expression with parameters."""
    factors: list[Any] = []
    parts = []
    for number in indicators():
        if rules.weights[number]:
            factors += [rules.left(number, severe=True), rules.left(number, severe=False)]
            grave, hit = _has("f", number, OPEN), _has("f", number, FOUND)
            parts.append(f"CASE WHEN {grave} THEN %s WHEN {hit} THEN %s ELSE 1 END")
    return " * ".join(parts) or "1", factors
