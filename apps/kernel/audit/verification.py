"""Verify the evidence in the database: triggers, chains, heads, and every signed checkpoint."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db import connection

from apps.kernel.audit import checkpoints, keys, schema
from apps.kernel.audit.models import Checkpoint, Stream
from apps.kernel.audit.offline import Chain, CheckpointChain, Finding, Leaf, compare_leaf, file_name
from apps.kernel.audit.reading import chained_rows, snapshot, streams_filter

Progress = Callable[[int, int], None]
T = TypeVar("T")
_BATCH = 5_000


def verify(*, progress: Progress, stream: str = "", since: dt.datetime | None = None) -> Iterator[Finding]:
    """Everything wrong with the evidence, as it is found; memory does not grow with the events.

    ``since`` limits the work to streams that changed from that moment on; they are checked whole.
    """
    # Files are listed before the snapshot is taken, so that they speak only of events it holds.
    names = checkpoints.files()
    with snapshot():
        yield from _schema()
        yield from _chains(progress, stream, since)
        yield from _emptied(stream, since)
        yield from _checkpoints(names, stream, since)


def _schema() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = ANY(%s)",
            [list(schema.FUNCTION_BODIES)],
        )
        functions = cursor.fetchall()
        for name, body in schema.FUNCTION_BODIES.items():
            found = [source for other, source in functions if other == name]
            if found != [body]:
                yield Finding(f"function {name}", "was altered" if found else "is missing")
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass ORDER BY 1"
        )
        expected = schema.triggers_of([row[0] for row in cursor.fetchall()])
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgrelid = ANY(%s::regclass[])",
            [sorted({table for table, _ in expected})],
        )
        present = {(table, name): (definition, enabled) for table, name, definition, enabled in cursor.fetchall()}
    for (table, name), (definition, enabled) in expected.items():
        where = f"trigger {name} on {table}"
        if (table, name) not in present:
            yield Finding(where, "is missing")
        elif present[table, name][1] != enabled:
            yield Finding(where, "is disabled")
        elif present[table, name][0] != definition:
            yield Finding(where, "was altered")
    for table, name in present.keys() - expected.keys():
        yield Finding(f"trigger {name} on {table}", "does not belong there")


def _chains(progress: Progress, stream: str, since: dt.datetime | None) -> Iterator[Finding]:
    where, values = streams_filter("name", stream=stream, since=since)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(sum(seq), 0)::bigint FROM audit_stream {where}", values)  # noqa: S608
        total = cursor.fetchone()[0]
    for walked in _batches(_walk(progress, total, stream, since)):
        heads = {
            name: (seq, bytes(head))
            for name, seq, head in Stream.objects.filter(name__in=[chain.name for chain in walked]).values_list(
                "name", "seq", "head"
            )
        }
        for chain in walked:
            wrong = chain.compare_head(heads.get(chain.name))
            if wrong:
                yield Finding(chain.name, wrong)


def _walk(progress: Progress, total: int, stream: str, since: dt.datetime | None) -> Iterator[Chain]:
    """Each chain once, walked to its end."""
    chain = None
    done = 0
    for done, row in enumerate(chained_rows(stream=stream, since=since), 1):
        if chain is None or chain.name != row["stream"]:
            if chain:
                yield chain
            chain = Chain(row["stream"])
        chain.add(row)
        if done % _BATCH == 0:
            progress(done, total)
    if chain:
        yield chain
    if done % _BATCH:
        progress(done, total)


def _emptied(stream: str, since: dt.datetime | None) -> Iterator[Finding]:
    """Heads without a single event."""
    where, values = streams_filter("name", stream=stream, since=since)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name, seq FROM audit_stream {where}"  # noqa: S608 - constant text
            " AND NOT EXISTS (SELECT FROM audit_event WHERE stream = name) ORDER BY name",
            values,
        )
        for name, seq in cursor.fetchall():
            yield Finding(name, f"all {seq} events are gone")


def _checkpoints(names: list[str], stream: str, since: dt.datetime | None) -> Iterator[Finding]:
    chain = CheckpointChain(keys.trusted_keys())
    for name, text in checkpoints.texts(names):
        leaves = chain.add(name, text)
        if since and leaves and chain.at < since:
            continue
        for some in _batches(leaf for leaf in leaves if stream in ("", leaf.stream)):
            yield from _leaves(some)
    yield from chain.findings
    recorded = Checkpoint.objects.order_by("sequence").values_list("sequence", "digest")
    for sequence, digest in recorded.iterator():
        if sequence > chain.sequence and file_name(sequence) not in chain.seen:
            yield Finding(file_name(sequence), "is missing")
        elif chain.digests.get(sequence, digest) != digest:
            yield Finding(file_name(sequence), "is not the checkpoint the database recorded")


def _leaves(leaves: tuple[Leaf, ...]) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.stream, e.seq, e.hash FROM unnest(%s::text[], %s::bigint[]) AS noted (stream, seq)"
            " JOIN audit_event e ON e.stream = noted.stream AND e.seq = noted.seq",
            [[leaf.stream for leaf in leaves], [leaf.seq for leaf in leaves]],
        )
        hashes = {(stream, seq): bytes(digest) for stream, seq, digest in cursor.fetchall()}
    for leaf in leaves:
        finding = compare_leaf(leaf, hashes.get((leaf.stream, leaf.seq)))
        if finding:
            yield finding


def _batches(items: Iterable[T]) -> Iterator[tuple[T, ...]]:
    iterator = iter(items)
    while batch := tuple(islice(iterator, _BATCH)):
        yield batch
