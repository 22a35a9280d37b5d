"""Reading the evidence: who saw a party's personal data, and rows as the verifier hashes them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.kernel.audit.models import ReadLog
from apps.kernel.audit.purposes import TOLD, Purpose, subject
from apps.kernel.parties.actors import Channel
from apps.kernel.parties.models import Office, Party, User

# Every column as offline.FIELDS wants it: the moment in microseconds, the data as jsonb text.
_COLUMNS = """
    id, stream, seq, (extract(epoch FROM at) * 1000000)::bigint AS at, action, actor_id, actor_label, office_id,
    party_id, channel, target, data::text AS data, alg, prev_hash, hash
"""
_BATCH = 5_000
READS_PER_PAGE = 200


def reads_of(party: Party) -> QuerySet[ReadLog]:
    """Who was shown this party's personal data, newest first."""
    return ReadLog.objects.filter(stream=f"reads/{party.pk}").order_by("-seq")


@dataclass(frozen=True)
class Look:
    """Looks at a party's data as the party is told of them: by the institution, or by the person acting for the party.

    A system that asks every few minutes makes one line a day: how many times, and when last.
    """

    at: dt.datetime
    who: str
    what: str
    why: str
    basis: str
    channel: str
    times: int = 1


@dataclass(frozen=True)
class Looks:
    """One page of looks, and where the next one begins."""

    looks: list[Look]
    next: int | None


def is_place(text: str) -> bool:
    """Whether a page can begin below it: a chain's number as this page gives it."""
    return text.isascii() and text.isdecimal() and len(text) <= 18


def told(party: Party, *, except_by: User | None, before: int | None) -> Looks:
    """Others' looks at a party's data, newest first, below ``before``; those kept back by law are left out."""
    rows = reads_of(party).filter(data__purpose__in=TOLD)
    if except_by is not None:
        rows = rows.exclude(actor_id=except_by.pk)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows[: READS_PER_PAGE + 1])
    page = found[:READS_PER_PAGE]
    offices = Office.objects.in_bulk({row.office_id for row in page if row.office_id})
    lines: dict[tuple, Look] = {}
    for row in page:
        look = Look(
            at=row.at,
            who=str(offices.get(row.office_id) or row.actor_label),
            what=subject(row.target),
            why=str(Purpose(row.data["purpose"]).label),
            basis=row.data.get("basis", ""),
            channel=str(dict(Channel.choices).get(row.channel, row.channel)),
        )
        day = timezone.localtime(row.at).date()
        same = (day, row.office_id or row.actor_id, look.what, look.why, look.basis, look.channel)
        former = lines.get(same)
        lines[same] = replace(former, times=former.times + 1) if former else look
    return Looks(list(lines.values()), page[-1].seq if len(found) > len(page) else None)


@contextmanager
def snapshot() -> Iterator[None]:
    """One unchanging, read-only view of the evidence; inside a caller's transaction, that transaction's view."""
    inside = connection.in_atomic_block
    with transaction.atomic():
        if not inside:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def chained_rows(*, stream: str = "", since: dt.datetime | None = None) -> Iterator[dict[str, Any]]:
    """Whole chains, one stream after another, through a server-side cursor so that memory stays flat.

    ``since`` takes the streams that changed from that moment on.
    """
    where, values = streams_filter("stream", stream=stream, since=since)
    sql = f"SELECT {_COLUMNS} FROM audit_event {where} ORDER BY stream, seq"  # noqa: S608 - constant text
    with transaction.atomic(), connection.connection.cursor(name="audit_rows", withhold=False) as cursor:
        cursor.itersize = _BATCH
        cursor.execute(sql, values)
        names: list[str] = []
        for row in cursor:
            names = names or [column.name for column in cursor.description]
            yield dict(zip(names, row, strict=True))


_CHANGED_SINCE = "SELECT name FROM audit_stream WHERE at >= %s UNION SELECT stream FROM audit_event WHERE at >= %s"


def streams_filter(column: str, *, stream: str, since: dt.datetime | None) -> tuple[str, list[Any]]:
    """A WHERE clause on a column of stream names, and its values."""
    if stream:
        return f"WHERE {column} = %s", [stream]
    if since:
        return f"WHERE {column} IN ({_CHANGED_SINCE})", [since, since]
    return "WHERE true", []
