"""Thirty-five risk indicators for the whole city: one set-based run with scores (Article 32).

``PAYERS`` says how many invented taxpayers (300,000 without; the aim is made for 3,000,000). Beside it stand a scan of
the same facts that decides the same indicators and only counts, shared as PostgreSQL itself shares it, and
the same indicators by polars in memory, in floats: how often it therefore decides otherwise is told.
"""

import ast
import os
from collections.abc import Callable
from time import perf_counter
from typing import Any, TypeVar

import polars as pl
from django.db import connection, transaction

from apps.kernel.facts import catalogue, city, steps
from apps.kernel.facts import scanning as whole
from apps.kernel.facts.models import Profile
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import predicates
from apps.kernel.rules.predicates import All, Any_, Clause, Node, Not
from apps.kernel.workcalendar import clock
from apps.supervision.risk import partitions, peers, running, scanning, scoring
from apps.supervision.risk.indicators import (
    AGE,
    IRREGULAR,
    MISSED,
    MONTH,
    Indicator,
    Rules,
    in_force,
    indicators,
    reliefs,
)
from apps.supervision.risk.models import PeerFigures, RiskRun
from bench import profiles
from bench.figures import Figure, most_memory

PAYERS = int(os.environ.get("PAYERS", "300000"))
T = TypeVar("T")
WHOLE = 10**9
# Who is written to needs an identity number; those of the invented city are invented too.
_IDENTITIES = """
    INSERT INTO parties_organisation (party_id, uscc, form, industry, vat_kind, location, address, bank_account)
    SELECT id, 'B' || lpad(id::text, 17, '0'), 'enterprise', '', 'small', 'urban', '', ''
      FROM parties_party WHERE kind = 'organisation' ON CONFLICT DO NOTHING;
    INSERT INTO parties_person (party_id, id_number, birth_date, sex)
    SELECT id, 'B' || lpad(id::text, 17, '0'), date '1980-01-01', 'F'
      FROM parties_party WHERE kind = 'person' ON CONFLICT DO NOTHING
"""
# Amounts to the fourth power are beyond 64 bits: these are left to PostgreSQL, which is exact.
BEYOND = {2}


def measure(_address: str) -> list[Figure]:
    """Seconds of each way, the ratios the design aims at, and our own memory."""
    filled, _run = _timed(lambda: city.fill(PAYERS, progress=lambda _done: None))
    rules, now = in_force(clock.today()), clock.now()
    run = RiskRun.objects.create(
        on=rules.on,
        rules=rules.written(),
        total=whole.total(),
        state=RiskRun.State.FAILED,
        started_at=now,
        finished_at=now,
    )
    compared, _none = _timed(lambda: peers.count(run, rules.least))
    last = steps.next_end(Profile.objects, 0, WHOLE) or 0
    middle = steps.next_end(Profile.objects, 0, whole.total() // 2) or 0
    # By turns and the least of each: what else the machine does then disturbs both alike.
    turns = [(_timed(lambda: _count(rules, run, last)), _timed(lambda: _score(rules, run, last))) for _turn in range(2)]
    counted, plain = min(first for first, _second in turns)
    scored, _none = min(second for _first, second in turns)
    half, _none = min(_timed(lambda: _score(rules, run, middle)) for _turn in range(2))
    loading, frame = _timed(lambda: _frame(run))
    shown, theirs = _timed(lambda: _polars(frame, rules))
    ours = [number for place, number in enumerate(plain) if place + 1 not in BEYOND]
    apart = sum(abs(one - other) for one, other in zip(theirs, ours, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_IDENTITIES)
    before = most_memory()
    taken, done = _timed(_whole_run)
    grown = most_memory() - before
    return [
        Figure(what=f"filling {PAYERS:,} taxpayers", value=filled, unit="s"),
        Figure(what="what is usual in each trade", value=compared, unit="s"),
        Figure(what="counting the hits of 35 indicators, one scan", value=counted, unit="s"),
        Figure(what="scores of 35 indicators in a run's steps, kept", value=scored, unit="s"),
        Figure(what="scores against counting", value=scored / counted, unit="times", at_most=3),
        Figure(what="scores, taxpayers a second", value=run.total / scored, unit="rows/s"),
        Figure(what="all against half of the taxpayers", value=scored / half, unit="times", at_most=2.4),
        Figure(what="polars: loading the columns", value=loading, unit="s"),
        Figure(what=f"polars: {35 - len(BEYOND)} indicators in memory", value=shown, unit="s"),
        Figure(what="hits polars' floats decide otherwise", value=apart, unit="hits"),
        Figure(what="a whole run in steps, tasks opened", value=taken, unit="s"),
        Figure(what="taxpayers with a finding", value=done.found, unit="rows"),
        Figure(what="memory of the worker grew by", value=grown, unit="MB", at_most=64),
    ]


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = perf_counter()
    result = work()
    return perf_counter() - began, result


def _count(rules: Rules, run: RiskRun, upto: int) -> list[int]:
    statement = scanning.counted(rules, reliefs(rules), run=run.pk, after=0, upto=upto)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(statement.text, statement.params)
        return list(cursor.fetchone())


def _score(rules: Rules, run: RiskRun, upto: int) -> None:
    """A run's scores up to a party, in its own steps, from an empty table to one that is read with the others."""
    partitions.drop_all_but([])
    table, checked, after = partitions.open_for(run), reliefs(rules), 0
    while after < upto:
        end = min(steps.next_end(Profile.objects, after, running.STEP) or upto, upto)
        with transaction.atomic():
            scoring.score(rules, checked, run=run.pk, after=after, upto=end, into=table)
        after = end
    partitions.close(run)


def _whole_run() -> RiskRun:
    run = running.start(Actor.system("bench"))
    running.work()
    run.refresh_from_db()
    if run.state != RiskRun.State.DONE:
        raise AssertionError(run.error)
    return run


def _frame(run: RiskRun) -> pl.DataFrame:
    fields = {field for each in indicators().values() for field in each.facts} | {"industry_code"}
    for flag, node in reliefs(in_force(run.on)):
        fields |= {flag, *predicates.fields(node)}
    frame = profiles.frame(fields).with_columns(_typed(field) for field in fields)
    usual = pl.DataFrame(
        [
            {
                "industry_code": row.industry_code,
                **{f"peer_{name}": _float(getattr(row, name)) for name in peers.COLUMNS},
            }
            for row in PeerFigures.objects.filter(run=run)
        ],
        schema={"industry_code": pl.String, **{f"peer_{name}": pl.Float64 for name in peers.COLUMNS}},
    )
    return frame.join(usual, on="industry_code", how="left")


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _typed(field: str) -> pl.Expr:
    entry = catalogue.entries()[field]
    if entry.is_flag:
        return pl.col(field).eq("t")
    if field == "registration_date":
        return pl.col(field).str.to_date()
    return {"integer": pl.col(field).cast(pl.Int64), "number": pl.col(field).cast(pl.Float64)}.get(
        entry.kind, pl.col(field)
    )


def _polars(frame: pl.DataFrame, rules: Rules) -> list[int]:
    asked = [each for number, each in indicators().items() if number not in BEYOND]
    checked = reliefs(rules)
    return list(
        frame.select(
            (_expression(each.applies.tree, each, rules, checked) & _expression(each.hit.tree, each, rules, checked))
            .sum()
            .alias(each.code)
            for each in asked
        ).row(0)
    )


def _expression(node: ast.expr, indicator: Indicator, rules: Rules, checked: list[tuple[str, Node]]) -> pl.Expr:
    def inner(part: ast.expr) -> pl.Expr:
        return _expression(part, indicator, rules, checked)

    match node:
        case ast.Constant(value=value):
            return pl.lit(value)
        case ast.Name(id=name):
            return _name(name, rules.thresholds[indicator.number], rules, checked)
        case ast.BoolOp(op=operator, values=parts):
            return (pl.any_horizontal if isinstance(operator, ast.Or) else pl.all_horizontal)(map(inner, parts))
        case ast.UnaryOp(op=operator, operand=part):
            return ~inner(part) if isinstance(operator, ast.Not) else -inner(part)
        case ast.Call(args=[part]):
            return inner(part).abs()
        case ast.BinOp(left=left, op=operator, right=right):
            return ARITHMETIC[type(operator)](inner(left), inner(right))
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return COMPARING[type(operator)](inner(left), inner(right))
    raise TypeError(ast.dump(node))


def _product(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Whole fen multiplied soon leave 64 bits."""
    return left.cast(pl.Float64) * right.cast(pl.Float64)


ARITHMETIC: dict[type, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Add: pl.Expr.add,
    ast.Sub: pl.Expr.sub,
    ast.Mult: _product,
}
COMPARING: dict[type, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Lt: pl.Expr.lt,
    ast.LtE: pl.Expr.le,
    ast.Gt: pl.Expr.gt,
    ast.GtE: pl.Expr.ge,
    ast.Eq: pl.Expr.eq,
    ast.NotEq: pl.Expr.ne,
}
WRITTEN = {
    "=": pl.Expr.eq,
    "<>": pl.Expr.ne,
    "<": pl.Expr.lt,
    "<=": pl.Expr.le,
    ">": pl.Expr.gt,
    ">=": pl.Expr.ge,
}


def _name(name: str, thresholds: dict[str, Any], rules: Rules, checked: list[tuple[str, Node]]) -> pl.Expr:
    if name in thresholds:
        return pl.lit(float(thresholds[name]))
    if name == AGE:
        return (pl.lit(rules.on) - pl.col("registration_date")).dt.total_days()
    if name == MONTH:
        return pl.lit(rules.on.month)
    if name == IRREGULAR:
        return pl.any_horizontal(pl.col(flag) & ~_predicate(node) for flag, node in checked)
    if name == MISSED:
        return pl.any_horizontal(~pl.col(flag) & _predicate(node) for flag, node in checked)
    return pl.col(name)


def _predicate(node: Node) -> pl.Expr:
    match node:
        case Clause(field, "in" | "not in" as operator, value):
            found = pl.col(field).is_in(list(value))
            return found if operator == "in" else ~found
        case Clause(field, operator, value):
            return WRITTEN[operator](pl.col(field), value)
        case Not(part):
            return ~_predicate(part)
        case All(parts):
            return pl.all_horizontal(map(_predicate, parts))
        case Any_(parts):
            return pl.any_horizontal(map(_predicate, parts))
