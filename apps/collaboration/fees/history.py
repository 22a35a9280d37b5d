"""What happened to a source, written where it happens."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import connection

from apps.collaboration.fees.models import FeeSource, SourceEvent
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock


def write(kind: str, source: FeeSource, actor: Actor, *, amount: Decimal | None = None, note: str = "") -> None:
    """One thing that happened to one source."""
    SourceEvent.objects.create(
        source=source, kind=kind, by=_by(actor), amount=source.amount if amount is None else amount, note=note[:300]
    )


def write_many(kind: str, sources: Sequence[FeeSource], actor: Actor, *, note: str = "") -> None:
    """The same thing that happened to many."""
    by, at = _by(actor), clock.now()
    SourceEvent.objects.bulk_create(
        [SourceEvent(source=each, kind=kind, at=at, by=by, amount=each.amount, note=note) for each in sources],
        batch_size=2_000,
    )


def write_staged(kind: str, table: str, actor: Actor, *, which: str = "true", note: str = "") -> None:
    """The same of the rows of a table of the transaction, which has their ``source_id`` and ``amount``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO collaboration_sourceevent (source_id, kind, at, by, amount, note)"  # noqa: S608 - our own SQL
            f" SELECT source_id, %s, %s, %s, amount, %s FROM {table} WHERE {which}",
            [kind, clock.now(), _by(actor), note],
        )


def _by(actor: Actor) -> str:
    """Organisations act; whoever did it in them is in the evidence."""
    return str(actor.office or actor.party or "")
