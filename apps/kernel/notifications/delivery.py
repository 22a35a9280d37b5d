"""Sending what is due: claim a row, hand it to its channel outside any transaction, write down the result.

At least once: a worker that dies leaves its row "sending" until the lease runs out, then another
takes it. The delivery's id travels with it as idempotency key, so a provider can drop the second.
"""

import datetime as dt
import logging
import secrets
import smtplib

import httpx
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.notifications import channels
from apps.kernel.notifications.models import Delivery
from apps.kernel.notifications.posting import DeliveryRefused
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
MAX_ATTEMPTS = 8
SWEEP = 200  # how many one sweep takes
FIRST_WAIT = 30
LONGEST_WAIT = 6 * 3600

State = Delivery.State


def deliver_due(limit: int = SWEEP) -> int:
    """Send up to ``limit`` waiting deliveries and say how many were tried."""
    tried = 0
    while tried < limit and (delivery := _claim()) is not None:
        _attempt(delivery)
        tried += 1
    return tried


@transaction.atomic
def _claim() -> Delivery | None:
    """The next due row that no other worker holds, now leased to this one."""
    now = clock.now()
    delivery = (
        Delivery.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("message")
        .filter(state__in=Delivery.WAITING, next_attempt_at__lte=now)
        .order_by("next_attempt_at")
        .first()
    )
    if delivery is None:
        return None
    delivery.state = State.SENDING
    delivery.attempts += 1
    delivery.next_attempt_at = now + LEASE
    delivery.save(update_fields=["state", "attempts", "next_attempt_at"])
    return delivery


def _attempt(delivery: Delivery) -> None:
    valid_until = delivery.message.valid_until
    if valid_until is not None and valid_until < clock.now():
        _finish(delivery, state=State.EXPIRED)
        return
    channel = channels.by_code(delivery.channel)
    try:
        reference = channel.send(delivery)
    except (DeliveryRefused, smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
        _finish(delivery, state=State.DEAD, last_error=said(error))
    except (OSError, httpx.HTTPError, smtplib.SMTPException) as error:
        _retry_or_bury(delivery, error)
    except Exception as error:
        # A fault of our own must not keep the row, nor the queue behind it, waiting for ever.
        logger.exception("Delivery %s", delivery.pk)
        _retry_or_bury(delivery, error)
    else:
        _finish(delivery, state=State.DELIVERED, sent_at=clock.now(), provider_reference=reference, last_error="")


def _retry_or_bury(delivery: Delivery, error: Exception) -> None:
    if delivery.attempts >= MAX_ATTEMPTS:
        _finish(delivery, state=State.DEAD, last_error=said(error))
        return
    _finish(
        delivery,
        state=State.FAILED,
        last_error=said(error),
        next_attempt_at=clock.now() + wait_before(delivery.attempts + 1),
    )


def wait_before(attempt: int) -> dt.timedelta:
    """How long to wait before an attempt: doubling, capped, and spread so a recovered provider is not stormed."""
    doubled = min(FIRST_WAIT * 2 ** (attempt - 2), LONGEST_WAIT)
    return dt.timedelta(seconds=doubled // 2 + secrets.randbelow(doubled // 2 + 1))


def _finish(delivery: Delivery, **result) -> None:
    """Write the result, unless the lease ran out and another worker has taken the row since."""
    Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts).update(**result)


def said(error: Exception) -> str:
    """The kind of failure; a server's own words may quote the address, so they stay out."""
    code = getattr(error, "smtp_code", None) or (str(error) if isinstance(error, DeliveryRefused) else "")
    status = getattr(getattr(error, "response", None), "status_code", "")
    return f"{type(error).__name__} {code or status}".strip()[:300]


def replay(delivery: Delivery, *, actor: Actor) -> None:
    """Queue a dead letter again (重新发送)."""
    if actor.user is None or not actor.user.has_perm("notifications.change_delivery"):
        log.denied("delivery-replay", actor=actor, target=f"delivery/{delivery.pk}", reason="no permission")
        raise PermissionDenied
    with transaction.atomic():
        revived = (
            Delivery.objects.filter(pk=delivery.pk, state=State.DEAD)
            .filter(Q(message__valid_until__isnull=True) | Q(message__valid_until__gt=clock.now()))
            .update(state=State.QUEUED, attempts=0, next_attempt_at=clock.now())
        )
        if not revived:
            raise ValidationError(_("只能重新发送仍在有效期内且发送失败的通知。"), code="not_dead")
        log.record(f"delivery/{delivery.pk}", "delivery-replayed", actor=actor)
