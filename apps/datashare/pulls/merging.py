"""A fetched run becomes the dataset: guard, duplicates, merge, tombstones, facts, cursor - in one transaction."""

from django.db import connection, transaction
from django.db.models.expressions import RawSQL
from psycopg2 import sql

from apps.datashare.catalogue.models import Arrival
from apps.datashare.pulls import contract as contracts
from apps.datashare.pulls import duplicates, ending, feeding, guard, landing, lease, tables
from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.models import Pull, PullSource, QuarantinedRow
from apps.datashare.pulls.rules import Judge
from apps.kernel.workcalendar import clock

FEW = 20  # a run with fewer rows than this part of what is held


@transaction.atomic
def merge(run_id: int, token: str, judge: Judge | None = None) -> Pull:
    """Merge a run whose pages have all landed; the run as it ended: done, blocked, or to be fetched again.

    ``judge`` is the one that judged the run, where this process did: if it saw every row and no key twice,
    nobody looks for doubles again.

    :raises ~apps.datashare.pulls.lease.LeaseLost: another worker has taken over.
    """
    run = Pull.objects.select_related("source__dataset__current", "version").get(pk=run_id)
    lease.require(run.source_id, token)
    run.refresh_from_db(fields=["state", "released_at"])
    if run.state != Pull.State.MERGING:
        return run
    contract = contracts.of(run.version)
    with connection.cursor() as cursor:
        if landing.staged(cursor, run) != run.good:
            landing.start_over(run)
            run.refresh_from_db()
            return run
        again = run.kind == Pull.Kind.REPLAY
        held = tables.count_held(cursor, contract) if run.is_snapshot else 0
        if not again and run.released_at is None and (block := guard.find(run, held)):
            return ending.block(run, block.reason, block.message)
        cursor.execute("SET LOCAL work_mem = '96MB'")  # one join over all rows, not many small ones
        if judge is None or not judge.saw(run.good) or not judge.no_key_twice():
            duplicates.take_out(cursor, run, contract)
        if not again:
            _supersede(cursor, run, contract)
            _move_cursor(cursor, run, contract)
        if tables.is_empty(cursor, contract):
            tables.adopt(cursor, run.pk, contract)
            run.inserted = run.good
        else:
            into_held(cursor, run, contract)
        rows = _mark_gone(cursor, run, contract, held)
        feeding.feed(run, contract)
        tables.drop_staging(cursor, run.pk)
    if not again:
        Arrival.objects.create(dataset=run.source.dataset, at=clock.now(), rows=rows)
    return ending.done(run)


def into_held(cursor, run: Pull, contract: Contract) -> None:
    """Insert what is new, update what changed, leave what is the same."""
    held, staged = tables.held(contract.dataset_id), tables.staging(run.pk)
    content = [name for name in contract.names if name not in contract.keys]
    written = [*contract.names, *tables.LANDED]
    cursor.execute(sql.SQL("ANALYZE {} ({})").format(staged, tables.names(contract.keys)))
    cursor.execute(
        "SELECT s.reltuples * %s < t.reltuples FROM pg_class s, pg_class t"
        " WHERE s.oid = %s::regclass AND t.oid = %s::regclass",
        [FEW, f"{tables.SCHEMA}.s{run.pk}", f"{tables.SCHEMA}.d{contract.dataset_id}"],
    )
    joins = "off" if cursor.fetchone()[0] else "on"  # few are looked up by key; the planner would rather read all
    cursor.execute(f"SET LOCAL enable_hashjoin = {joins}; SET LOCAL enable_mergejoin = {joins}")
    differs = (
        sql.SQL("ROW({}) IS DISTINCT FROM ROW({})").format(tables.names(content, "t"), tables.names(content, "s"))
        if content
        else sql.SQL("false")
    )
    cursor.execute(
        sql.SQL("""
        WITH done AS (
            MERGE INTO {held} t USING {staged} s ON {same}
            WHEN MATCHED AND (t._gone IS NOT NULL OR {differs}) AND {newer} THEN
                UPDATE SET {sets}, _run = {run}, _gone = NULL
            WHEN NOT MATCHED THEN INSERT ({columns}, _run) VALUES ({values}, {run})
            RETURNING merge_action() AS what
        )
        SELECT count(*) FILTER (WHERE what = 'INSERT'), count(*) FILTER (WHERE what = 'UPDATE') FROM done""").format(
            held=held,
            staged=staged,
            same=tables.same_key(contract, "t", "s"),
            differs=differs,
            newer=_newer(run),
            sets=sql.SQL(", ").join(
                sql.SQL("{0} = s.{0}").format(sql.Identifier(name)) for name in [*content, *tables.LANDED]
            ),
            run=sql.Literal(run.pk),
            columns=tables.names(written),
            values=tables.names(written, "s"),
        )
    )
    run.inserted, run.updated = cursor.fetchone()
    run.unchanged = run.good - run.inserted - run.updated
    cursor.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on")


def _newer(run: Pull) -> sql.Composable:
    """Never an older state of a row over a newer one; a replayed row never over what a later run brought."""
    if run.kind == Pull.Kind.REPLAY:
        return sql.SQL("t._run <= {}").format(sql.Literal(run.replays_id))
    return sql.SQL("(t._updated IS NULL OR s._updated IS NULL OR s._updated >= t._updated)")


def _mark_gone(cursor, run: Pull, contract: Contract, held: int) -> int:
    """Mark what the source no longer holds; how many rows there are then, or came where the run was no whole.

    Only a complete snapshot says that a row is gone, and a row in quarantine is not gone. Where there are as
    many rows as the run brought, none is missing and nobody looks for them. ``held`` is how many there were before.
    """
    if not run.is_snapshot or not run.complete:
        return run.received
    rows = tables.count_held(cursor, contract) if run.inserted or run.updated else held
    if rows == run.good:
        return rows
    seen = list(QuarantinedRow.objects.filter(run=run).values_list("key", flat=True))
    cursor.execute(
        sql.SQL("""
        UPDATE {held} t SET _gone = {now}, _run = {run}
        WHERE t._gone IS NULL AND {key} <> ALL ({seen}::text[])
          AND NOT EXISTS (SELECT FROM {same} m WHERE m._print = t._print)
          AND NOT EXISTS (SELECT FROM {staged} s WHERE {same_key})""").format(
            held=tables.held(contract.dataset_id),
            now=sql.Literal(clock.now()),
            run=sql.Literal(run.pk),
            key=tables.key_text(contract, "t"),
            seen=sql.Literal(seen),
            same=tables.same(run.pk),
            staged=tables.staging(run.pk),
            same_key=tables.same_key(contract, "t", "s"),
        )
    )
    run.gone = cursor.rowcount
    return rows - run.gone


def _supersede(cursor, run: Pull, contract: Contract) -> None:
    """Bad rows of earlier runs that this one brought again, good or bad, no longer wait for anybody."""
    earlier = QuarantinedRow.objects.filter(
        run__source=run.source, run__lt=run.pk, state=QuarantinedRow.State.OPEN
    ).exclude(run__state__in=(Pull.State.BLOCKED, Pull.State.FAILED, Pull.State.DISCARDED))
    if run.is_snapshot and run.complete:
        earlier.update(state=QuarantinedRow.State.SUPERSEDED)
        return
    again = sql.SQL("SELECT {key} FROM {staged} s UNION ALL SELECT key FROM {quarantine} WHERE run_id = {run}").format(
        key=tables.key_text(contract, "s"),
        staged=tables.staging(run.pk),
        quarantine=sql.Identifier(QuarantinedRow._meta.db_table),  # noqa: SLF001 - Django's public _meta
        run=sql.Literal(run.pk),
    )
    brought = RawSQL(again.as_string(cursor.cursor), [])  # noqa: S611 - composed of identifiers
    earlier.filter(key__in=brought).update(state=QuarantinedRow.State.SUPERSEDED)


def _move_cursor(cursor, run: Pull, contract: Contract) -> None:
    """The cursor goes to the last (updated, key) this run brought, never back, in the transaction of the data."""
    source = run.source
    if run.file_at is not None:
        reached = (run.file_at, run.file_name)
    elif source.mode == PullSource.Mode.CHANGES:
        cursor.execute(
            sql.SQL("""SELECT _updated, {0} FROM {1} s WHERE _updated IS NOT NULL
                       ORDER BY _updated DESC, {0} DESC LIMIT 1""").format(
                tables.key_text(contract, "s"), tables.staging(run.pk)
            )
        )
        reached = cursor.fetchone()
    else:
        return
    if reached is None or (source.cursor_at is not None and reached <= (source.cursor_at, source.cursor_key)):
        return
    source.cursor_at, source.cursor_key = reached
    PullSource.objects.filter(pk=source.pk).update(cursor_at=reached[0], cursor_key=reached[1])
