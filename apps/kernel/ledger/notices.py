"""What the gateway tells us is kept, acted on once, and queued for a person where the books say otherwise."""

import logging
from collections.abc import Callable

from django.db import transaction

from apps.kernel.ledger.gateway import Notice
from apps.kernel.ledger.models import GatewayNotice, Payment, PaymentException

logger = logging.getLogger(__name__)


@transaction.atomic
def once(notice: Notice, act: Callable[[Notice, GatewayNotice], str]) -> str:
    """Keep the notice and act on it, unless its nonce was seen before. Returns what it led to."""
    noted = _note(notice)
    if noted is None:
        return "replayed"
    noted.outcome = act(notice, noted)
    noted.save(update_fields=["outcome"])
    return noted.outcome


def _note(notice: Notice) -> GatewayNotice | None:
    """The kept notice, or ``None`` for a replay. A concurrent twin waits here until the first has committed."""
    row = GatewayNotice(
        nonce=notice.nonce,
        source=notice.source,
        number=notice.number,
        status=notice.status,
        amount=notice.amount,
        reference=notice.reference,
        happened_at=notice.happened_at,
    )
    GatewayNotice.objects.bulk_create([row], ignore_conflicts=True)
    # A row from before has its outcome; ours, just written, has none yet.
    return GatewayNotice.objects.filter(nonce=notice.nonce, outcome="").first()


def trouble(kind: str, noted: GatewayNotice, payment: Payment | None = None) -> str:
    """Put a notice in the queue of exceptions, once for the same trouble."""
    PaymentException.objects.bulk_create(
        [PaymentException(kind=kind, notice=noted, number=noted.number, payment=payment)], ignore_conflicts=True
    )
    logger.error("Payment exception %s for %s", kind, noted.number)
    return kind
