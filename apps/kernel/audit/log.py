"""The door into the evidence: record what happened, what was refused, and what was read."""

from typing import Any

from apps.kernel import rows
from apps.kernel.audit.models import Event
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock


def record(stream: str, action: str, *, actor: Actor, target: str = "", data: dict[str, Any] | None = None) -> None:
    """Append an event to ``stream`` ("case/SH2026…") inside the caller's transaction.

    ``data`` holds facts, never personal data beyond references.
    """
    rows.write(event(stream, action, actor=actor, target=target, data=data))


def event(stream: str, action: str, *, actor: Actor, target: str = "", data: dict[str, Any] | None = None) -> Event:
    """The same event, not written yet: for who writes it together with what it is evidence of."""
    return Event(**_row(stream, action, actor, target, data))


def denied(action: str, *, actor: Actor, target: str, reason: str) -> None:
    """Record a refused attempt on its own connection, so it survives the refused work's rollback."""
    row = _row(f"denied/{actor.user.pk if actor.user else 'anonymous'}", action, actor, target, {"reason": reason})
    Event.objects.using("evidence").create(**row)


def read(*, actor: Actor, party_id: int, what: str, purpose: Purpose, basis: str = "") -> None:
    """Record that personal data of a party was read: ``what`` was shown and why, and on which case or ground."""
    data = {"purpose": purpose.value, **({"basis": basis} if basis else {})}
    record(f"reads/{party_id}", "read", actor=actor, target=what, data=data)


def _row(stream: str, action: str, actor: Actor, target: str, data: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "stream": stream,
        "at": clock.now(),
        "action": action,
        "actor_id": actor.user.pk if actor.user else None,
        "actor_label": actor.label,
        "office_id": actor.office.pk if actor.office else None,
        "party_id": actor.party.pk if actor.party else None,
        "channel": actor.channel,
        "target": target,
        "data": data or {},
    }
