"""One worker at a time on a source: an advisory lock inside each transaction, a lease with a heartbeat between them.

The lock lives as long as its transaction, never longer, so a pooler may hand each transaction another
connection. The lease says who goes on with a run; each step checks it under the lock, so a worker that
was thought lost and comes back changes nothing.
"""

import contextlib
import datetime as dt
import secrets
import threading
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError, connection, connections, transaction

from apps.datashare.pulls.models import Lease
from apps.kernel.workcalendar import clock

LOCK_CLASS = 0x50554C4C  # "PULL"
LENGTH = dt.timedelta(seconds=60)
BEAT_SECONDS = 15.0


class LeaseLost(Exception):
    """Somebody else works on this source now."""


def lock(source_id: int) -> None:
    """Wait for the source's lock; it ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, source_id])


@transaction.atomic
def take(source_id: int, mine: str = "") -> str | None:
    """The token of a lease; None when another worker holds one or is inside a step.

    ``mine`` is the token of a worker that lost its connection and comes back for its own lease.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, source_id])
        if not cursor.fetchone()[0]:
            return None
    now = clock.now()
    held = Lease.objects.filter(source_id=source_id).first()
    if held is not None and held.until > now and held.token != mine:
        return None
    token = mine or secrets.token_hex(16)
    Lease.objects.update_or_create(source_id=source_id, defaults={"token": token, "until": now + LENGTH})
    return token


def give_back(source_id: int, token: str) -> None:
    """End a lease that is still ours."""
    Lease.objects.filter(source_id=source_id, token=token).delete()


def require(source_id: int, token: str) -> None:
    """Lock the source for the rest of the transaction and check that the lease is ours.

    :raises LeaseLost: it is not.
    """
    lock(source_id)
    if not Lease.objects.filter(source_id=source_id, token=token).exists():
        raise LeaseLost


@contextlib.contextmanager
def heartbeat(source_id: int, token: str) -> Iterator[None]:
    """Renew the lease from a thread of its own while the work goes on, also while a source is slow."""
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(BEAT_SECONDS):
                try:
                    Lease.objects.filter(source_id=source_id, token=token).update(until=clock.now() + LENGTH)
                except (OperationalError, InterfaceError):
                    connections.close_all()  # the next beat connects again
        finally:
            connections.close_all()

    thread = threading.Thread(target=beat, name=f"pull-heartbeat-{source_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
