"""Posts to other systems: rows in the sender's transaction, sent after commit, in order per stream.

``enqueue`` writes what another system must learn (a case's status for 一网通办, a matter forwarded to
another province). Nothing overtakes on our side: a post waits until the earlier ones of its stream
have arrived or are given up. At least once; the id lets the receiver drop the second.
"""

import json
import logging
from abc import ABC, abstractmethod
from typing import Any

import httpx
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.notifications import leasing, outbox
from apps.kernel.notifications.models import Delivery, Dispatch
from apps.kernel.notifications.posting import DeliveryRefused
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

logger = logging.getLogger(__name__)

State = Delivery.State


class Destination(ABC):
    """How one family of systems is reached; ``code`` is the part of a destination before the slash."""

    code: str

    @abstractmethod
    def check_config(self) -> list[str]:
        """What is missing before anything can be sent; empty when nothing is."""

    @abstractmethod
    def post(self, row: Dispatch) -> str:
        """Hand it over and return the answer. Any exception but ``DeliveryRefused`` means try again."""

    def delivered(self, row: Dispatch) -> None:  # noqa: B027 - most answers have no consequence
        """What follows from the receiver's answer, in the transaction that records it."""


_destinations: dict[str, Destination] = {}


def register(destination: Destination) -> None:
    """Add a family of systems, from ``AppConfig.ready``."""
    _destinations[destination.code] = destination


def destination(code: str) -> Destination:
    """The way to reach a destination such as ``region/330000``."""
    return _destinations[code.partition("/")[0]]


def destinations() -> list[Destination]:
    """Every family of systems there is a way to."""
    return list(_destinations.values())


def canonical(content: dict[str, Any]) -> bytes:
    """The one way content is written as bytes, so that a signature means one thing."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@transaction.atomic
def enqueue(to: str, stream: str, content: dict[str, Any]) -> Dispatch:
    """Queue ``content`` for a destination; the caller holds the lock on what the stream is about.

    The message id and its sequence in the stream are written into the body.
    """
    last = Dispatch.objects.filter(destination=to, stream=stream).aggregate(last=Max("sequence"))["last"] or 0
    row = Dispatch(destination=to, stream=stream, sequence=last + 1)
    row.body = canonical({**content, "id": str(row.pk), "sequence": row.sequence}).decode()
    row.save()
    outbox.kick_after_commit()
    return row


def send_due(limit: int = leasing.SWEEP) -> int:
    """Send up to ``limit`` waiting posts and say how many were taken up."""
    return leasing.sweep(_due, _attempt, limit)


def _due() -> QuerySet[Dispatch]:
    """Of each stream the first that has not arrived yet."""
    earlier = Dispatch.objects.filter(
        destination=OuterRef("destination"),
        stream=OuterRef("stream"),
        sequence__lt=OuterRef("sequence"),
        state__in=Delivery.WAITING,
    )
    return Dispatch.objects.filter(~Exists(earlier)).order_by("next_attempt_at", "created_at")


def _attempt(row: Dispatch) -> None:
    try:
        way = destination(row.destination)
        answer = way.post(row)
        with transaction.atomic():
            if leasing.delivered(row, answer=answer[:2000]):
                row.answer = answer
                way.delivered(row)
    except DeliveryRefused as error:
        leasing.refused(row, error)
    except (OSError, httpx.HTTPError) as error:
        leasing.failed(row, error)
    except Exception as error:
        # A fault of our own must not keep the row, nor the queue behind it, waiting for ever.
        logger.exception("Dispatch %s", row.pk)
        leasing.failed(row, error)


def replay(row: Dispatch, *, actor: Actor) -> None:
    """Queue a dead letter again (重新发送), by staff of a tax office or an administrator.

    :raises ValidationError: unless it was given up.
    """
    at_a_tax_office = actor.office is not None and actor.office.is_tax
    if not at_a_tax_office and (actor.user is None or not actor.user.has_perm("notifications.change_dispatch")):
        log.denied("dispatch-replay", actor=actor, target=f"dispatch/{row.pk}", reason="not a tax office")
        raise PermissionDenied
    with transaction.atomic():
        revived = Dispatch.objects.filter(pk=row.pk, state=State.DEAD).update(
            state=State.QUEUED, attempts=0, next_attempt_at=clock.now()
        )
        if not revived:
            raise ValidationError(_("只能重新发送发送失败的报文。"), code="not_dead")
        log.record(f"dispatch/{row.pk}", "dispatch-replayed", actor=actor)
        outbox.kick_after_commit()
