"""Sending what is due: each leased letter goes to its channel outside any transaction, its result is kept (Art 12)."""

import logging
import smtplib

import httpx
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.notifications import channels, leasing
from apps.kernel.notifications.models import Delivery
from apps.kernel.notifications.posting import DeliveryRefused
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

logger = logging.getLogger(__name__)

State = Delivery.State


def deliver_due(limit: int = leasing.SWEEP) -> int:
    """Send up to ``limit`` waiting deliveries and say how many were taken up."""
    return leasing.sweep(_due, _attempt, limit)


def _due() -> QuerySet[Delivery]:
    return Delivery.objects.select_related("message").order_by("next_attempt_at")


def _attempt(delivery: Delivery) -> None:
    valid_until = delivery.message.valid_until
    if valid_until is not None and valid_until < clock.now():
        leasing.finish(delivery, state=State.EXPIRED)
        return
    try:
        reference = channels.by_code(delivery.channel).send(delivery)
    except (DeliveryRefused, smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
        leasing.refused(delivery, error)
    except (OSError, httpx.HTTPError, smtplib.SMTPException) as error:
        leasing.failed(delivery, error)
    except Exception as error:
        # A fault of our own must not keep the row, nor the queue behind it, waiting for ever.
        logger.exception("Delivery %s", delivery.pk)
        leasing.failed(delivery, error)
    else:
        leasing.delivered(delivery, provider_reference=reference)


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
