"""The yearly credit of everybody: one statement a step against one plain aggregation of the same rows (Art 34).

``PAYERS`` says how many invented companies are evaluated (300,000 without; the aim is made for 3,000,000). A third of
them have deductions. Beside the evaluation stands a plain scan that joins and sums the same rows and writes nothing.
"""

import datetime as dt
import os
from time import perf_counter

from django.db import connection, transaction

from apps.kernel.facts import steps
from apps.kernel.facts.models import Run
from apps.kernel.parties.models import Party
from apps.supervision.credit import evaluation, results, yearly
from apps.supervision.credit.arithmetic import Rules
from apps.supervision.credit.models import CreditRun, CreditYear
from bench.figures import Figure, most_memory

PAYERS = int(os.environ.get("PAYERS", "300000"))
YEAR = 2025

# Every third company has one to three deductions, every hundredth a direct D.
_COMPANIES = """
    INSERT INTO parties_party (ref, kind, name, district, phone, email, registered_on, active)
    SELECT 'BCR' || lpad(n::text, 9, '0'), 'organisation', '信用测试' || n, '310101', '', '',
           date '2018-01-01' + (n %% 2900)::int, true
      FROM generate_series(1, %s) n
"""
_DEDUCTIONS = """
    INSERT INTO supervision_deduction
           (ref, party_id, code, period, year, happened_on, counted_from, points, direct, waits_months, evidence, about,
            clause, source, recorded_at, told_at, restored)
    SELECT 'B' || lpad((p.id * 3 + k)::text, 11, '0'), p.id,
           CASE WHEN direct THEN 'false-materials' ELSE 'late-filing' END, '2025-' || lpad((k + 1)::text, 2, '0'), 2025,
           date '2025-01-16' + (k * 31)::int, date '2025-01-15' + (k * 31)::int,
           CASE WHEN direct THEN 0 ELSE 5 END, direct, CASE WHEN direct THEN 6 ELSE 0 END, '', '', '', 'data', now(),
           now(), CASE WHEN direct OR k > 0 THEN 0 ELSE 4 END
      FROM parties_party p
     CROSS JOIN LATERAL generate_series(0, (p.id %% 3)::int) k
     CROSS JOIN LATERAL (SELECT p.id %% 100 = 0 AND k = 0 AS direct) d
     WHERE p.id > %s AND p.id %% 3 = (p.id / 3) %% 3
"""
# What any evaluation must at least do: read every payer with the sums of its deductions and what is known of it.
_PLAIN = """
    SELECT count(*), sum(d.deducted - d.restored), count(*) FILTER (WHERE f.revenue = 0)
      FROM parties_party p
      LEFT JOIN (SELECT party_id, sum(points) AS deducted, sum(restored) AS restored, max(happened_on)
                   FROM supervision_deduction WHERE year = %s AND told_at IS NOT NULL AND struck_at IS NULL
                  GROUP BY party_id) d ON d.party_id = p.id
      LEFT JOIN facts_profile f ON f.party_id = p.id
     WHERE p.kind = 'organisation' AND p.active AND p.registered_on <= %s
"""


def measure(_address: str) -> list[Figure]:
    """Seconds of filling, of the plain aggregation and of the evaluation in steps; and their ratio."""
    filled = _timed(_fill)
    end = dt.date(YEAR, 12, 31)
    plain = min(_timed(lambda: _plain(end)) for _again in range(2))
    last = steps.next_end(Party.objects, 0, 10**9) or 0
    half = min(_timed(lambda: _evaluate(last - PAYERS // 2)) for _again in range(2))
    took = min(_timed(lambda: _evaluate(last)) for _again in range(2))  # as often as the half: neither has better luck
    done = CreditYear.objects.filter(year=YEAR).count()
    before = most_memory()
    published = _timed(_publish)
    grown = most_memory() - before
    told = CreditRun.objects.get(year=YEAR).told
    return [
        Figure(what=f"filling {PAYERS:,} companies and their deductions", value=filled, unit="s"),
        Figure(what="one plain aggregation of the same rows", value=plain, unit="s"),
        Figure(what=f"evaluating {done:,} payers, results written", value=took, unit="s"),
        Figure(what="evaluation, payers a second", value=done / took, unit="rows/s"),
        Figure(what="evaluation against the plain aggregation", value=took / plain, unit="times"),
        Figure(what="all against half of the payers", value=took / half, unit="times", at_most=2.4),
        Figure(what="publishing: told, facts, measures", value=published, unit="s"),
        Figure(what="publishing, payers a second", value=told / published, unit="rows/s"),
        Figure(what="memory of the worker grew by", value=grown, unit="MB", at_most=64),
    ]


def _timed(work) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _fill() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SELECT coalesce(max(id), 0) FROM parties_party")
        last = cursor.fetchone()[0]
        cursor.execute(_COMPANIES, [PAYERS])
        cursor.execute(_DEDUCTIONS, [last])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE parties_party, supervision_deduction, facts_profile")


def _plain(end: dt.date) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")  # on one core, as the run is
        cursor.execute(_PLAIN, [YEAR, end])
        cursor.fetchall()


def _evaluate(last: int) -> None:
    """The run's own steps up to a payer, each a transaction of its own, over a year nobody has evaluated yet."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS supervision_credityear_{YEAR:d}")
    results.open_for(YEAR)
    rules, after = Rules.on_day(dt.date(YEAR + 1, 4, 1)), 0
    while after < last and (upto := steps.next_end(Party.objects, after, yearly.STEP)) is not None:
        upto = min(upto, last)
        with transaction.atomic():
            evaluation.evaluate(YEAR, rules, after=after, upto=upto)
        after = upto
    results.close(YEAR)


def _publish() -> None:
    """The run's own steps again: everybody is told, the facts and the departments in charge of measures follow."""
    CreditRun.objects.update_or_create(
        year=YEAR,
        defaults={"state": CreditRun.State.PUBLISHING, "last_party": 0, "told": 0, "finished_at": None},
        create_defaults={"on": dt.date(YEAR + 1, 4, 1), "state": CreditRun.State.PUBLISHING, "total": PAYERS},
    )
    # The demonstration published this year today; one delivery of facts may not say two things of the same day.
    Run.objects.filter(source__code="credit", kind=f"credit-{YEAR}").update(kind="credit-demonstration")
    yearly.work()
