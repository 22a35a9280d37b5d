"""A judged page lands: its good rows in staging, its bad rows in quarantine, its counts and position on the run.

All of it is one short transaction, so whoever resumes the run goes on exactly after the last page.
"""

import csv
import io
import json
from collections.abc import Sequence

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from psycopg2 import sql
from psycopg2.extras import execute_values

from apps.datashare.pulls import lease, tables
from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.models import Pull, PulledPage, QuarantinedRow, RunCount
from apps.datashare.pulls.reading.base import Batch
from apps.datashare.pulls.rules import Judged
from apps.kernel.workcalendar import clock

COPY_BYTES = 256 * 1024  # sent at once
OPEN = QuarantinedRow.State.OPEN.value
COUNTED = (
    "rows", "filled", "expected", "required_failed", "type_checked", "type_failed", "format_checked", "format_failed",
    "codes_failed", "length_checked", "length_failed", "range_checked", "range_failed",
)  # fmt: skip


@transaction.atomic
def prepare(run: Pull, token: str, contract: Contract) -> Pull:
    """Make the run ready to fetch: its tables, or a fresh start when what was staged is gone.

    :raises ~apps.datashare.pulls.lease.LeaseLost: another worker has taken over.
    """
    lease.require(run.source_id, token)
    run.refresh_from_db()
    with connection.cursor() as cursor:
        tables.make_held(cursor, contract)
        if run.pages and staged(cursor, run) == run.good:
            Pull.objects.filter(pk=run.pk).update(state=Pull.State.FETCHING)
        else:
            start_over(run)
            tables.make_staging(cursor, run.pk, contract)
    run.refresh_from_db()
    return run


def start_over(run: Pull) -> None:
    """Forget what has landed: the server lost it, or the source gave another file meanwhile."""
    PulledPage.objects.filter(run=run).delete()
    RunCount.objects.filter(run=run).delete()
    QuarantinedRow.objects.filter(run=run).delete()
    Pull.objects.filter(pk=run.pk).update(
        state=Pull.State.FETCHING, position="", pages=0, complete=False, received=0, good=0, quarantined=0,
        misshapen=0, received_sum=None, control_rows=None, control_sum=None, done_units=0, total_units=None,
        file_name="", file_hash="", file_at=None, started=run.started or clock.now(),
    )  # fmt: skip


@transaction.atomic
def land(run: Pull, token: str, judged: Judged, batch: Batch, contract: Contract) -> Pull:
    """Keep one page; the run as it stands afterwards.

    :raises ~apps.datashare.pulls.lease.LeaseLost: another worker has taken over.
    """
    lease.require(run.source_id, token)
    number = run.pages + 1
    PulledPage.objects.create(run=run, number=number, rows=judged.rows, sha256=batch.sha256)
    with connection.cursor() as cursor:
        # A crash of the server empties staging and the run starts over, so a page need not wait for the disk.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL TimeZone = %s", [settings.TIME_ZONE])  # for texts without an offset
        _copy(cursor, tables.staging(run.pk), [*contract.names, *tables.LANDED], judged.csv)
        cursor.execute("SET LOCAL TimeZone = %s", [connection.timezone_name])  # Django reads in this one
        _copy(cursor, tables.same(run.pk), tables.SAME, judged.same)
        _quarantine(cursor, run, judged)
        _add_counts(cursor, run, judged)
    Pull.objects.filter(pk=run.pk).update(
        pages=number,
        position=batch.position,
        complete=batch.last,
        done_units=batch.done,
        total_units=batch.total,
        received=F("received") + judged.rows,
        good=F("good") + judged.good,
        quarantined=F("quarantined") + len(judged.bad),
        misshapen=F("misshapen") + judged.misshapen,
        **({} if judged.total is None else {"received_sum": (run.received_sum or 0) + judged.total}),
        **({} if batch.control_rows is None else {"control_rows": batch.control_rows}),
        **({} if batch.control_sum is None else {"control_sum": batch.control_sum}),
    )
    run.refresh_from_db()
    return run


def note_requests(run: Pull, tried: int, succeeded: int) -> None:
    """Count calls of the source, the failed ones too."""
    Pull.objects.filter(pk=run.pk).update(tried=F("tried") + tried, succeeded=F("succeeded") + succeeded)


def staged(cursor, run: Pull) -> int:
    """How many good rows of the run are there, new or as held; -1 when there is no place for them."""
    if not tables.stands(cursor, run.pk):
        return -1
    cursor.execute(
        sql.SQL("SELECT (SELECT count(*) FROM {}) + (SELECT count(*) FROM {})").format(
            tables.staging(run.pk), tables.same(run.pk)
        )
    )
    return cursor.fetchone()[0]


def _copy(cursor, table: sql.Identifier, columns: Sequence[str], rows: bytes) -> None:
    if not rows:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv)").format(table, tables.names(columns))
    with connection.wrap_database_errors:  # Django wraps only what it knows
        cursor.copy_expert(statement.as_string(cursor.cursor), io.BytesIO(rows), size=COPY_BYTES)


def _quarantine(cursor, run: Pull, judged: Judged) -> None:
    at = clock.now().isoformat()
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(
        (
            *(run.pk, run.pages + 1, bad.line, bad.key.replace("\x00", "�")),
            "{" + ",".join(f'"{rule}"' for rule in bad.rules) + "}",
            json.dumps(bad.raw, ensure_ascii=False),
            *(OPEN, at),
        )
        for bad in judged.bad
    )
    table = sql.Identifier(QuarantinedRow._meta.db_table)  # noqa: SLF001 - Django's public _meta
    _copy(cursor, table, ("run_id", "page", "line", "key", "rules", "raw", "state", "at"), out.getvalue().encode())


def _add_counts(cursor, run: Pull, judged: Judged) -> None:
    columns = ("run_id", "field", *COUNTED)
    execute_values(
        cursor.cursor,
        sql.SQL("INSERT INTO {table} ({columns}) VALUES %s ON CONFLICT (run_id, field) DO UPDATE SET {sums}")
        .format(
            table=sql.Identifier(RunCount._meta.db_table),  # noqa: SLF001 - Django's public _meta
            columns=tables.names(columns),
            sums=sql.SQL(", ").join(
                sql.SQL("{0} = {1}.{0} + excluded.{0}").format(
                    sql.Identifier(name),
                    sql.Identifier(RunCount._meta.db_table),  # noqa: SLF001 - as above
                )
                for name in COUNTED
            ),
        )
        .as_string(cursor.cursor),
        [(run.pk, field, *(counts[name] for name in COUNTED)) for field, counts in judged.counts.items()],
    )
