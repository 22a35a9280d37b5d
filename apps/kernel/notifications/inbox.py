"""The in-site inbox: what an actor may read, read receipts, and what was truly sent (站内信)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from apps.kernel.audit import log
from apps.kernel.notifications import channels
from apps.kernel.notifications.models import Delivery, Message
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock


def visible_to(actor: Actor) -> QuerySet[Message]:
    """The messages an actor may read: the party's when acting for one, the office's and their own for staff."""
    if actor.party is not None:
        return Message.objects.filter(party=actor.party)
    if actor.user is None:
        return Message.objects.none()
    mine = Q(user=actor.user)
    return Message.objects.filter(mine if actor.office is None else mine | Q(office=actor.office))


def unread_count(actor: Actor) -> int:
    """How many messages wait: one count over the partial index of unread rows."""
    return visible_to(actor).filter(read_at__isnull=True).count()


def mark_read(message: Message, *, actor: Actor) -> None:
    """Record the first reading, who and when: the receipt of service (送达回执). Later readings change nothing."""
    now = clock.now()
    first = visible_to(actor).filter(pk=message.pk, read_at__isnull=True).update(read_at=now, read_by=actor.user)
    if first:
        message.read_at, message.read_by = now, actor.user
        todos.changed(message.party)
        log.record(f"message/{message.ref}", "message-read", actor=actor, target=message.about)


@dataclass(frozen=True)
class Sent:
    """One message on one channel as staff see it."""

    subject: str
    text: str
    channel: str
    address: str
    state: str
    created_at: dt.datetime
    sent_at: dt.datetime | None
    read_at: dt.datetime | None
    attempts: int
    last_error: str


def sent_about(about: str) -> list[Sent]:
    """What was truly sent about an object ("case/SH2026…"), on every channel, oldest first."""
    rows = Delivery.objects.filter(message__about=about).select_related("message").order_by("message_id", "channel")
    return [_sent(row) for row in rows]


def _sent(row: Delivery) -> Sent:
    channel = channels.by_code(row.channel)
    return Sent(
        subject=row.message.subject,
        text=channel.text(row.message),
        channel=row.get_channel_display(),
        address=channel.masked(row.address) if channel.travels else "",
        state=row.get_state_display(),
        created_at=row.message.created_at,
        sent_at=row.sent_at,
        read_at=row.message.read_at if not channel.travels else None,
        attempts=row.attempts,
        last_error=row.last_error,
    )
