"""A hundred policies matched with the whole city: one scan into bits, and both sides compared as bits (Article 13).

``PAYERS`` says how many invented taxpayers (300,000 without; the aim is made for 3,000,000). Beside the portal's own
matching and dual monitoring stand a plain scan that only counts the same hundred conditions, in one process as the one
that writes the matches is one (and with parallel workers, for comparison); a hundred single statements; and the same
match by polars in memory, whose answer must be the same.
"""

import datetime as dt
import os
import resource
from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

import polars as pl
from django.db import connection, transaction

from apps.kernel.facts import catalogue, city, scanning, steps
from apps.kernel.facts.models import Profile
from apps.kernel.rules import predicates
from apps.kernel.rules.models import Policy, PolicyVersion
from apps.kernel.rules.policies import policies
from apps.kernel.rules.predicates import All, Any_, Clause, Node, Not
from apps.kernel.workcalendar import clock
from apps.services.entitlement import matching, monitoring
from apps.services.entitlement.models import MatchRun, MonitorCount
from bench import profiles
from bench.figures import Figure

PAYERS = int(os.environ.get("PAYERS", "300000"))
POLICIES = 100
WHOLE = 10**9  # wider than any city
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
    versions = _versions_of(asked)
    _count(asked, workers=0)  # so that nobody is the first to read from disk
    before = _resident()
    # By turns and the least of each: what else the machine does then disturbs all alike.
    turns = [(_timed(lambda: _count(asked, workers=0)), _timed(lambda: _count(asked)), _whole(versions)) for _ in "ab"]
    single_process, plain = min(single for single, _counted, _matched in turns)
    counted, _plain = min(counted for _single, counted, _matched in turns)
    matched, first, run = min((matched for _single, _counted, matched in turns), key=lambda whole: whole[0])
    taking_part = matching.taking_part(run)
    found, _none = _timed(lambda: monitoring.compare(run, taking_part))
    MonitorCount.objects.filter(run=run).delete()
    joined, _none = _timed(lambda: monitoring.compare(run, taking_part))
    grown = _resident() - before
    pairs = _pairs(run)

    single, inserted = _timed(lambda: _singly(asked))
    if not pairs == inserted == run.matched == sum(plain):
        raise AssertionError((pairs, inserted, run.matched, sum(plain)))
    loading, frame = _timed(lambda: _frame(asked))
    polars, theirs = _timed(lambda: _match_frame(frame, asked))
    if theirs != plain:
        raise AssertionError("polars and PostgreSQL do not agree")
    return [
        Figure(what=f"filling {PAYERS:,} taxpayers", value=filled, unit="s"),
        Figure(what="counting 100 conditions, as PostgreSQL likes", value=counted, unit="s"),
        Figure(what="counting 100 conditions in one process", value=single_process, unit="s"),
        Figure(what="matching 100 policies into bits, kept", value=matched, unit="s"),
        Figure(what="matching against a plain scan", value=matched / single_process, unit="times", at_most=2),
        Figure(what="matching against counting in parallel", value=matched / counted, unit="times"),
        Figure(what="matching, taxpayers a second", value=run.done / matched, unit="rows/s"),
        Figure(what="all against half of the taxpayers", value=matched / first, unit="times", at_most=2.4),
        Figure(what="matches of a payer and a policy", value=pairs, unit="pairs"),
        Figure(what="dual monitoring, nothing new found", value=joined, unit="s"),
        Figure(what="dual monitoring, every finding new", value=found, unit="s"),
        Figure(what="with monitoring", value=(matched + joined) / single_process, unit="times"),
        Figure(what="100 single statements", value=single, unit="s"),
        Figure(what="100 single statements against one scan", value=single / matched, unit="times", at_least=1),
        Figure(what="polars: loading the columns", value=loading, unit="s"),
        Figure(what="polars: matching in memory", value=polars, unit="s"),
        Figure(what="memory of the worker grew by", value=grown, unit="MB", at_most=64),
    ]


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = perf_counter()
    result = work()
    return perf_counter() - began, result


def _hundred() -> list[Node]:
    """The conditions of the file, and as many again with their limits moved."""
    written = [policy.predicate for policy in policies().values()]
    return [*written, *(_moved(node) for node in written)][:POLICIES]


def _versions_of(asked: dict[int, Node]) -> dict[str, int]:
    """Policies with these conditions; enjoyment shows where it shows for the policies of the file."""
    shown = [policy.enjoyed_field or "" for policy in policies().values()]
    first = Policy.objects.latest("pk").pk + 1
    made = Policy.objects.bulk_create(
        Policy(id=first + number, code=f"BENCH-{key:03d}", name=f"政策{key}", taxes=[], enjoyed_field=field)
        for number, (key, field) in enumerate(zip(asked, shown * 2, strict=False))
    )
    versions = PolicyVersion.objects.bulk_create(
        PolicyVersion(
            policy=policy,
            number=1,
            state=PolicyVersion.State.APPROVED,
            predicate=predicates.written(node),
            valid_from=dt.date(2026, 1, 1),
            confidence="C",
            claim_mode=PolicyVersion.ClaimMode.SELF,
        )
        for policy, node in zip(made, asked.values(), strict=True)
    )
    return {row.policy.code: row.pk for row in versions}


def _whole(versions: dict[str, int]) -> tuple[float, float, MatchRun]:
    """A run over everybody: what it took, what its first half did, and the run."""
    now, total = clock.now(), scanning.total()
    run = MatchRun.objects.create(
        on=clock.today(),
        versions=versions,
        push=False,
        total=total,
        state=MatchRun.State.FAILED,  # nobody else shall take it up
        started_at=now,
        finished_at=now,
    )
    taking_part = matching.taking_part(run)
    last = steps.next_end(Profile.objects, 0, WHOLE) or 0
    first, _none = _timed(lambda: _match(run, taking_part, last - total // 2))
    second, _none = _timed(lambda: _match(run, taking_part, last))
    return first + second, first, run


def _match(run: MatchRun, taking_part: list[PolicyVersion], upto: int) -> None:
    """The portal's own steps, each one transaction, up to a payer."""
    usual = matching.STEP
    while run.last_party < upto:
        matching.STEP = min(usual, upto - run.last_party)
        with transaction.atomic():
            matching.step(run, taking_part)
    matching.STEP = usual


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


def _count(asked: dict[int, Node], *, workers: int | None = None) -> list[int]:
    params: list = []
    columns = []
    for node in asked.values():
        expression, values = predicates.compile_sql(node)
        columns.append(f"count(*) FILTER (WHERE ({expression}) IS TRUE)")
        params += values
    with transaction.atomic(), connection.cursor() as cursor:
        if workers is not None:
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = %s", [workers])
        cursor.execute(f"SELECT {', '.join(columns)} FROM facts_profile", params)
        return list(cursor.fetchone())


def _pairs(run: MatchRun) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(bit_count(met))::bigint FROM services_match WHERE run_id = %s", [run.pk])
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
    fields = {field for node in asked.values() for field in predicates.fields(node)}
    types = {field: _type(field) for field in sorted(fields)}
    return profiles.frame(fields).with_columns(
        pl.col(name).eq("t") if kind is pl.Boolean else pl.col(name).cast(kind) for name, kind in types.items()
    )


def _type(field: str) -> type[pl.DataType]:
    entry = catalogue.entries()[field]
    if entry.is_flag:
        return pl.Boolean
    return {"integer": pl.Int64, "number": pl.Float64}.get(entry.kind, pl.String)


def _match_frame(frame: pl.DataFrame, asked: dict[int, Node]) -> list[int]:
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


def _resident() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
