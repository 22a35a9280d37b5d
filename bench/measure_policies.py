"""A hundred policies matched with the whole city: one scan into small arrays, unnest, full join (Article 13).

``PAYERS`` says how many invented taxpayers (300,000 without; the aim is made for 3,000,000). Beside it
stand a plain scan that only counts the same hundred conditions (in one process, as a step of the match is, and
with as many as PostgreSQL likes), a hundred single statements, and the same match by polars in memory, whose
answer must be the same.
"""

import io
import os
import resource
from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

import polars as pl
from django.db import connection, transaction

from apps.kernel.facts import catalogue, city, reading, scanning
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import predicates
from apps.kernel.rules.policies import policies
from apps.kernel.rules.predicates import All, Any_, Clause, Node, Not
from apps.services.entitlement import matching, monitoring
from apps.services.entitlement.models import MatchRun, MonitorCount
from apps.services.guidance import pushing
from bench.figures import Figure

PAYERS = int(os.environ.get("PAYERS", "300000"))
POLICIES = 100
T = TypeVar("T")
COMPARISONS = {
    "=": pl.Expr.eq,
    "<>": pl.Expr.ne,
    "<": pl.Expr.lt,
    "<=": pl.Expr.le,
    ">": pl.Expr.gt,
    ">=": pl.Expr.ge,
}


def measure(_address: str) -> list[Figure]:
    """Seconds of each way, the ratios the design aims at, and our own memory."""
    filled, _run = _timed(lambda: city.fill(PAYERS, progress=lambda _done: None))
    asked = dict(enumerate(_hundred(), start=1))
    flags = dict.fromkeys(list(asked)[:17], "vat_exempt_small")
    last = scanning.next_end(0, 10**9) or 0
    middle = scanning.next_end(0, scanning.total() // 2) or 0

    together, _none = _timed(lambda: _count(asked, workers=2))
    counted, plain = _timed(lambda: _count(asked, workers=0))
    scanned, _none = _timed(lambda: _scan(asked, flags, 0, last))
    half, _none = _timed(lambda: _scan(asked, flags, 0, middle))
    scanned, _none = min((scanned, None), _timed(lambda: _scan(asked, flags, 0, last)), key=lambda pair: pair[0])
    unnested, pairs = _timed(_unnest)
    single, inserted = _timed(lambda: _singly(asked))
    if not pairs == inserted == sum(plain):
        raise AssertionError((pairs, inserted, sum(plain)))
    loading, frame = _timed(lambda: _frame(asked))
    polars, theirs = _timed(lambda: _match(frame, asked))
    if theirs != plain:
        raise AssertionError("polars and PostgreSQL do not agree")
    before = _resident()
    whole, run = _timed(_whole_run)
    grown = _resident() - before
    joined, _none = _timed(lambda: _join_again(run))
    total = run.total
    return [
        Figure(what=f"filling {PAYERS:,} taxpayers", value=filled, unit="s"),
        Figure(what="counting 100 conditions in one scan", value=counted, unit="s"),
        Figure(what="the same by parallel workers", value=together, unit="s"),
        Figure(what="matching 100 policies in one scan into arrays", value=scanned, unit="s"),
        Figure(what="matching against counting", value=scanned / counted, unit="times", at_most=2),
        Figure(what="matching, taxpayers a second", value=total / scanned, unit="rows/s"),
        Figure(what="all against half of the taxpayers", value=scanned / half, unit="times", at_most=2.4),
        Figure(what=f"unnesting {pairs:,} matches", value=unnested, unit="s"),
        Figure(what="100 single statements", value=single, unit="s"),
        Figure(what="100 single statements against one scan", value=single / scanned, unit="times", at_least=1),
        Figure(what="polars: loading the columns", value=loading, unit="s"),
        Figure(what="polars: matching in memory", value=polars, unit="s"),
        Figure(what="a whole run in steps, policies in force", value=whole, unit="s"),
        Figure(what="memory of the worker grew by", value=grown, unit="MB", at_most=64),
        Figure(what="dual monitoring by full join", value=joined, unit="s"),
    ]


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = perf_counter()
    result = work()
    return perf_counter() - began, result


def _hundred() -> list[Node]:
    """The policies of the file, and as many again with their limits moved."""
    written = [policy.predicate for policy in policies().values()]
    return [*written, *(_moved(node) for node in written)][:POLICIES]


def _moved(node: Node) -> Node:
    match node:
        case Clause(field, operator, int() as value) if not isinstance(value, bool):
            return Clause(field, operator, value + value // 10 + 1)
        case Clause():
            return node
        case Not(part):
            return Not(_moved(part))
        case All(parts):
            return All(tuple(map(_moved, parts)))
        case Any_(parts):
            return Any_(tuple(map(_moved, parts)))


def _count(asked: dict[int, Node], *, workers: int) -> list[int]:
    params: list = []
    columns = []
    for node in asked.values():
        expression, values = predicates.compile_sql(node)
        columns.append(f"count(*) FILTER (WHERE ({expression}) IS TRUE)")
        params += values
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = %s", [workers])
        cursor.execute(f"SELECT {', '.join(columns)} FROM facts_profile", params)
        return list(cursor.fetchone())


def _scan(asked: dict[int, Node], flags: dict[int, str], after: int, upto: int) -> None:
    select, params = scanning.statement(asked, flags, after=after, upto=upto)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_match")
        cursor.execute(
            "CREATE TABLE bench_match (party_id bigint, met smallint[], flagged smallint[], unclear smallint[])"
        )
        cursor.execute(f"INSERT INTO bench_match {select}", params)


def _unnest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_match, LATERAL unnest(met)")
        return cursor.fetchone()[0]


def _singly(asked: dict[int, Node]) -> int:
    inserted = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_pairs (party_id bigint, policy smallint)")
        for key, node in asked.items():
            expression, values = predicates.compile_sql(node)
            cursor.execute(
                f"INSERT INTO bench_pairs SELECT party_id, {key} FROM facts_profile WHERE ({expression}) IS TRUE",
                values,
            )
            inserted += cursor.rowcount
        cursor.execute("DROP TABLE bench_pairs")
    return inserted


def _frame(asked: dict[int, Node]) -> pl.DataFrame:
    fields = sorted({field for node in asked.values() for field in predicates.fields(node)})
    out = io.StringIO()
    reading.copy_city(fields, out)
    types = {field: _type(field) for field in fields}
    frame = pl.read_csv(io.BytesIO(out.getvalue().encode()), schema_overrides=dict.fromkeys(fields, pl.String))
    return frame.with_columns(
        pl.col(name).eq("t") if kind is pl.Boolean else pl.col(name).cast(kind) for name, kind in types.items()
    )


def _type(field: str) -> type[pl.DataType]:
    entry = catalogue.entries()[field]
    if entry.is_flag:
        return pl.Boolean
    return {"integer": pl.Int64, "number": pl.Float64}.get(entry.kind, pl.String)


def _match(frame: pl.DataFrame, asked: dict[int, Node]) -> list[int]:
    return list(frame.select(_polars(node).sum().alias(str(key)) for key, node in asked.items()).row(0))


def _polars(node: Node) -> pl.Expr:
    match node:
        case Clause(field, "in" | "not in" as operator, value):
            found = pl.col(field).is_in(list(value))
            return found if operator == "in" else ~found
        case Clause(field, operator, value):
            return COMPARISONS[operator](pl.col(field), value)
        case Not(part):
            return ~_polars(part)
        case All(parts):
            return pl.all_horizontal(_polars(part) for part in parts)
        case Any_(parts):
            return pl.any_horizontal(_polars(part) for part in parts)


def _whole_run() -> MatchRun:
    run = pushing.start(Actor.system("bench"), push=False)
    pushing.work()
    run.refresh_from_db()
    if run.state != MatchRun.State.DONE:
        raise AssertionError(run.error)
    return run


def _join_again(run: MatchRun) -> None:
    MonitorCount.objects.filter(run=run).delete()
    monitoring.compare(run, matching.taking_part(run))


def _resident() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
