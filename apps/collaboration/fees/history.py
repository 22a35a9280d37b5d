"""What happened to a source: written where it happens, unless a row of its own says it already (Art 25)."""

from collections.abc import Iterable
from decimal import Decimal

from apps.collaboration.fees.models import FeeSource, SourceEvent
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

Kind = SourceEvent.Kind


def write(kind: str, source: FeeSource, actor: Actor, *, amount: Decimal | None = None, note: str = "") -> None:
    """One thing that happened to one source."""
    SourceEvent.objects.create(
        source=source, kind=kind, by=_by(actor), amount=source.amount if amount is None else amount, note=note[:300]
    )


def write_many(kind: str, sources: Iterable[FeeSource], actor: Actor, *, note: str = "") -> None:
    """The same thing that happened to many."""
    by, at = _by(actor), clock.now()
    SourceEvent.objects.bulk_create(
        [SourceEvent(source=each, kind=kind, at=at, by=by, amount=each.amount, note=note) for each in sources],
        batch_size=2_000,
    )


def of(source: FeeSource) -> list[SourceEvent]:
    """All that happened to a source, from the beginning.

    That it came, and was billed at once, stands on the source, its delivery and its charge, and is not written again.
    """
    came = {"source": source, "at": source.delivery.finished_at, "by": str(source.office), "amount": source.delivered}
    begun = [SourceEvent(kind=Kind.DELIVERED, note=source.delivery.ref, **came)]
    since = list(source.history.all())
    if source.charge_id and all(event.kind != Kind.UNMATCHED for event in since):
        begun.append(SourceEvent(kind=Kind.BILLED, **came))
    return begun + since


def _by(actor: Actor) -> str:
    """Organisations act; whoever did it in them is in the evidence."""
    return str(actor.office or actor.party or "")
