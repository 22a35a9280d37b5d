"""All indicators for a range of parties in one statement, and the same for one party with every figure (Art 32).

The two must agree to the last digit: conditions never divide, numbers are exact on both sides, and what is not
known is neither a hit nor clear.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.kernel.facts import catalogue, conditions
from apps.kernel.facts.columns import Amount, Count, Days, Months, Number, Ratio
from apps.kernel.rules import predicates
from apps.kernel.rules.formulas import Formula
from apps.kernel.rules.predicates import Truth
from apps.supervision.risk.indicators import AGE, IRREGULAR, MISSED, MONTH, PEER, Indicator, Rules, indicators
from apps.supervision.risk.peers import COLUMNS

_NUMBERS = (Amount, Count, Days, Months, Number, Ratio)
_PEERS = {f"{PEER}{name}" for name in COLUMNS}
_CENT = Decimal("0.01")
Relief = tuple[str, predicates.Node]
# What the statement says of an indicator. Two bits carry a finding: one that it hits, one that it cannot be told;
# both together a grave hit. Whom it does not concern has neither.
FOUND, OPEN = 1, 2
_CLEAR, _HIT, _UNKNOWN, _SEVERE, _NOT_CONCERNED = 0, FOUND, OPEN, FOUND | OPEN, 4


class Verdict(TextChoices):
    """What an indicator says of a party."""

    SEVERE = "severe", _("命中（严重）")
    HIT = "hit", _("命中")
    CLEAR = "clear", _("未命中")
    UNKNOWN = "unknown", _("无法判断")
    NOT_CONCERNED = "not_concerned", _("不适用")


WORDS = {
    _SEVERE: Verdict.SEVERE,
    _HIT: Verdict.HIT,
    _CLEAR: Verdict.CLEAR,
    _UNKNOWN: Verdict.UNKNOWN,
    _NOT_CONCERNED: Verdict.NOT_CONCERNED,
}


# --- the whole city ----------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    """SQL with parameters."""

    text: str
    params: list[Any]


def judged(
    rules: Rules, reliefs: Sequence[Relief], *, run: int, after: int, upto: int, only: Collection[int] | None = None
) -> Statement:
    """``party_id, i1 … i35`` for a range of parties: one small number for each indicator, or for some of them."""
    params: list[Any] = []
    asked = {number: each for number, each in indicators().items() if only is None or number in only}
    columns = [f"{_status(each, rules, reliefs, params)} AS i{number}" for number, each in asked.items()]
    # OFFSET 0 keeps each status from being computed again wherever it is used.
    text = (
        f"SELECT p.party_id, {', '.join(columns)} FROM facts_profile p LEFT JOIN supervision_peerfigures q "  # noqa: S608 - names of the catalogue
        "ON q.run_id = %s AND q.industry_code = p.industry_code WHERE p.party_id > %s AND p.party_id <= %s OFFSET 0"
    )
    return Statement(text, [*params, run, after, upto])


def counted(rules: Rules, reliefs: Sequence[Relief], *, run: int, after: int, upto: int) -> Statement:
    """Only counts the hits of each indicator: what a scan of the same facts costs without keeping anything."""
    inner = judged(rules, reliefs, run=run, after=after, upto=upto)
    counts = ", ".join(f"count(*) FILTER (WHERE i{n} IN ({_HIT}, {_SEVERE}))" for n in indicators())
    return Statement(f"SELECT {counts} FROM ({inner.text}) judged", inner.params)  # noqa: S608


def _status(indicator: Indicator, rules: Rules, reliefs: Sequence[Relief], params: list[Any]) -> str:
    def resolve(name: str) -> tuple[str, list[Any]]:
        return _column(name, indicator, rules, reliefs)

    def compiled(formula: Formula) -> str:
        text, values = formula.compile_sql(resolve)
        params.extend(values)
        return f"({text})"

    # In the order of the parameters. Each path decides whether it concerns the party once, and whether it hits once.
    applies, hit = compiled(indicator.applies), compiled(indicator.hit)
    grave = str(_HIT)
    if indicator.severe is not None:
        grave = f"CASE WHEN {compiled(indicator.severe)} THEN {_SEVERE} ELSE {_HIT} END"
    return (
        f"(CASE {applies} WHEN FALSE THEN {_NOT_CONCERNED} "
        f"WHEN TRUE THEN CASE {hit} WHEN TRUE THEN {grave} WHEN FALSE THEN {_CLEAR} ELSE {_UNKNOWN} END "
        f"ELSE CASE {compiled(indicator.hit)} WHEN FALSE THEN {_CLEAR} ELSE {_UNKNOWN} END END)::bigint"
    )


def _column(name: str, indicator: Indicator, rules: Rules, reliefs: Sequence[Relief]) -> tuple[str, list[Any]]:
    if name in rules.thresholds[indicator.number]:
        return "%s::numeric", [rules.thresholds[indicator.number][name]]
    if name in _PEERS:
        return f"q.{connection.ops.quote_name(name.removeprefix(PEER))}", []
    if name == AGE:
        return "(%s::date - p.registration_date)::numeric", [rules.on]
    if name == MONTH:
        return "%s::numeric", [rules.on.month]
    if name in (IRREGULAR, MISSED):
        return _relief_sql(name, reliefs)
    entry = catalogue.entries()[name]
    column = f"p.{connection.ops.quote_name(name)}"
    return (f"{column}::numeric" if isinstance(entry.column, _NUMBERS) else column), []


def _relief_sql(name: str, reliefs: Sequence[Relief]) -> tuple[str, list[Any]]:
    params: list[Any] = []
    parts = []
    for flag, node in reliefs:
        conditions.check(node)
        met, values = predicates.compile_sql(node, column=lambda field: f"p.{connection.ops.quote_name(field)}")
        params += values
        taken = f"p.{connection.ops.quote_name(flag)}"
        parts.append(f"({taken} AND NOT ({met}))" if name == IRREGULAR else f"(NOT {taken} AND ({met}))")
    return f"({' OR '.join(parts) or 'FALSE'})", params


# --- one party ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Judgement:
    """What one indicator says of one party, with the values it was decided by."""

    indicator: Indicator
    verdict: Verdict
    measure: Decimal | None
    values: dict[str, Any]

    @property
    def hits(self) -> bool:
        return self.verdict in (Verdict.HIT, Verdict.SEVERE)


def judge(
    rules: Rules, reliefs: Sequence[Relief], profile: Mapping[str, Any], peers: Mapping[str, Any]
) -> list[Judgement]:
    """Every indicator for one party."""
    shared = {**peers, **_derived(rules, reliefs, profile)}
    return [_judge(each, rules, profile, shared) for each in indicators().values()]


def score(rules: Rules, judgements: Sequence[Judgement]) -> Decimal:
    """A hundred times one less what all hits leave, to two places, a half upwards."""
    with localcontext(prec=400):
        left = Decimal(1)
        for each in judgements:
            if each.hits:
                left *= rules.left(each.indicator.number, severe=each.verdict == Verdict.SEVERE)
        return (100 * (1 - left)).quantize(_CENT, rounding=ROUND_HALF_UP)


def _judge(indicator: Indicator, rules: Rules, profile: Mapping[str, Any], shared: Mapping[str, Any]) -> Judgement:
    thresholds = rules.thresholds[indicator.number]
    values = {name: _known(name, thresholds, shared, profile) for name in indicator.names}
    verdict = WORDS[_decide(indicator, values)]
    measure = indicator.measure.measure(values) if indicator.measure is not None else None
    return Judgement(indicator, verdict, measure, values)


def _known(name: str, thresholds: Mapping[str, Any], shared: Mapping[str, Any], profile: Mapping[str, Any]) -> Any:
    if name in thresholds:
        return thresholds[name]
    return shared[name] if name in shared else profile[name]


def _decide(indicator: Indicator, values: Mapping[str, Any]) -> int:
    applies = indicator.applies.evaluate(values)
    if applies is False:
        return _NOT_CONCERNED
    hit = indicator.hit.evaluate(values)
    if hit is False:
        return _CLEAR
    if applies is None or hit is None:
        return _UNKNOWN
    return _SEVERE if indicator.severe is not None and indicator.severe.evaluate(values) else _HIT


def _derived(rules: Rules, reliefs: Sequence[Relief], profile: Mapping[str, Any]) -> dict[str, Any]:
    registered = profile["registration_date"]
    return {
        AGE: None if registered is None else (rules.on - registered).days,
        MONTH: rules.on.month,
        IRREGULAR: _relief(reliefs, profile, taken=True),
        MISSED: _relief(reliefs, profile, taken=False),
    }


def _relief(reliefs: Sequence[Relief], profile: Mapping[str, Any], *, taken: bool) -> bool | None:
    """Whether some relief is taken without its conditions, or not taken although they are met; None: cannot be told."""
    results = [_both(profile[flag], predicates.evaluate(node, profile).met, taken=taken) for flag, node in reliefs]
    if True in results:
        return True
    return None if None in results else False


def unfitting(reliefs: Sequence[Relief], profile: Mapping[str, Any], *, taken: bool) -> list[str]:
    """The facts of the reliefs that do not fit: taken without their conditions, or the other way round."""
    return [flag for flag, node in reliefs if _both(profile[flag], predicates.evaluate(node, profile).met, taken=taken)]


def _both(flag: Truth, met: Truth, *, taken: bool) -> Truth:
    parts = [None if flag is None else flag is taken, None if met is None else met is not taken]
    if False in parts:
        return False
    return None if None in parts else True
