"""Rows that wait to leave the portal: leased by one worker, tried again after a wait, in the end given up (Art 12).

At least once: a worker that dies leaves its rows "sending" until the lease runs out, then another takes them. The id
of a row travels with it as idempotency key, so a receiver can drop the second.
"""

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, QuerySet

from apps.kernel.notifications.models import Delivery, Dispatch
from apps.kernel.notifications.posting import DeliveryRefused
from apps.kernel.workcalendar import clock

LEASE = dt.timedelta(minutes=5)
MAX_ATTEMPTS = 8
SWEEP = 200  # how many one sweep takes
TOGETHER = 20  # how many are leased at a time: the receiver's longest silence for each fits into the lease
FIRST_WAIT = 30
LONGEST_WAIT = 6 * 3600

State = Delivery.State
Row = TypeVar("Row", Delivery, Dispatch)


def sweep(due: Callable[[], QuerySet[Row]], attempt: Callable[[Row], None], limit: int) -> int:
    """Attempt up to ``limit`` rows, asked for anew after each lot, and say how many were leased."""
    leased = 0
    while leased < limit and (rows := claim(due(), min(TOGETHER, limit - leased))):
        for row in rows:
            if clock.now() < row.next_attempt_at:  # behind something very slow a row is another worker's by now
                attempt(row)
        leased += len(rows)
    return leased


@transaction.atomic
def claim(due: QuerySet[Row], most: int) -> list[Row]:
    """The first rows whose time has come and that no other worker holds, now leased to this one."""
    now = clock.now()
    rows = list(
        due.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(
            state__in=Delivery.WAITING, next_attempt_at__lte=now
        )[:most]
    )
    until = now + LEASE
    if rows:
        due.model.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.SENDING, attempts=F("attempts") + 1, next_attempt_at=until
        )
    for row in rows:
        row.state, row.next_attempt_at = State.SENDING, until
        row.attempts += 1
    return rows


def finish(row: Delivery | Dispatch, **result: Any) -> bool:
    """Write the result, unless the lease ran out and another worker has taken the row since."""
    mine = type(row).objects.filter(pk=row.pk, state=State.SENDING, attempts=row.attempts)
    return bool(mine.update(**result))


def delivered(row: Delivery | Dispatch, **answer: str) -> bool:
    """It arrived; whether this worker is still the one to say so."""
    return finish(row, state=State.DELIVERED, sent_at=clock.now(), last_error="", **answer)


def refused(row: Delivery | Dispatch, error: Exception) -> None:
    """The receiver will never take it."""
    finish(row, state=State.DEAD, last_error=said(error))


def failed(row: Delivery | Dispatch, error: Exception) -> None:
    """Once more after a wait, or given up after the last attempt."""
    if row.attempts >= MAX_ATTEMPTS:
        refused(row, error)
    else:
        again = clock.now() + wait_before(row.attempts + 1)
        finish(row, state=State.FAILED, last_error=said(error), next_attempt_at=again)


def wait_before(attempt: int) -> dt.timedelta:
    """How long to wait before an attempt: doubling, capped, and spread so a recovered receiver is not stormed."""
    doubled = min(FIRST_WAIT * 2 ** (attempt - 2), LONGEST_WAIT)
    return dt.timedelta(seconds=doubled // 2 + secrets.randbelow(doubled // 2 + 1))


def said(error: Exception) -> str:
    """The kind of failure; a server's own words may quote the address, so they stay out."""
    code = getattr(error, "smtp_code", None) or (str(error) if isinstance(error, DeliveryRefused) else "")
    status = getattr(getattr(error, "response", None), "status_code", "")
    return f"{type(error).__name__} {code or status}".strip()[:300]
