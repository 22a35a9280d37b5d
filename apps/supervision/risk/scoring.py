"""Scores of a range of parties, written by one statement: what repeats is scored once, not for every payer (Art 32).

The verdicts of a party are two bits for each indicator, packed into whole numbers. Parties with the same hits share
one score, and in a step of twenty thousand there are far fewer such patterns than parties: exact numbers are slow.
"""

from collections.abc import Sequence
from typing import Any

from apps.supervision.risk.indicators import Rules, indicators
from apps.supervision.risk.models import Level
from apps.supervision.risk.scanning import FOUND, OPEN, Relief, Statement, judged

_WORD = 30  # indicators in one 64-bit number, two bits each
_EVERY = sum(1 << 2 * place for place in range(_WORD))  # the lower bit of each


def scored(rules: Rules, reliefs: Sequence[Relief], *, run: int, after: int, upto: int) -> Statement:
    """Writes the scores of a range of parties and gives one row.

    The row: how many parties, how many scores written, and for each indicator of how many it cannot be told.
    """
    inner = judged(rules, reliefs, run=run, after=after, upto=upto)
    words = range(-(-len(indicators()) // _WORD))
    packed = ", ".join(f"{_packed(word)} AS w{word}" for word in words)
    # The upper bit counts as part of a hit only beside the lower one; alone it says that it cannot be told.
    found = ", ".join(f"w{word} & ({_EVERY} | ((w{word} & {_EVERY}) << 1)) AS f{word}" for word in words)
    unclear = ", ".join(f"(w{word} >> 1) & ~w{word} & {_EVERY} AS o{word}" for word in words)
    pattern = ", ".join(f"f{word}" for word in words)
    product, factors = _product(rules)
    levels = [rules.levels[level] for level in (Level.AUDIT, Level.ASSESSMENT, Level.REMINDER)]
    tally = ", ".join(f"count(*) FILTER (WHERE {_has('o', number, FOUND)})" for number in indicators())
    text = f"""
        WITH packed AS MATERIALIZED (
            SELECT party_id, {found}, {unclear} FROM (SELECT party_id, {packed} FROM ({inner.text}) judged OFFSET 0) p
        ), patterns AS MATERIALIZED (
            SELECT *, CASE WHEN score >= %s THEN 'audit' WHEN score >= %s THEN 'assessment'
                           WHEN score >= %s THEN 'reminder' ELSE 'none' END AS level
              FROM (SELECT {pattern}, {_array("f", FOUND)} AS hits, {_array("f", OPEN)} AS severe,
                           round(100 * (1 - {product}), 2) AS score
                      FROM (SELECT DISTINCT {pattern} FROM packed) d OFFSET 0) s
             WHERE score > 0
        ), kept AS (
            INSERT INTO supervision_riskscore (run_id, party_id, hits, severe, unclear, score, level)
            SELECT %s, party_id, hits, severe, {_array("o", FOUND)}, score, level FROM packed JOIN patterns USING ({pattern})
            RETURNING 1
        ) SELECT count(*), (SELECT count(*) FROM kept), {tally} FROM packed"""  # noqa: S608, E501 - names of the catalogue
    return Statement(text, [*inner.params, *levels, *factors, run])


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
