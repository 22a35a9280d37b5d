"""What the portal stands on, tried one by one: is it set, does it answer, what is to be done (operation of Art 8).

``manage.py doctor`` prints it; ``/readyz`` asks only for what every request needs.
"""

import smtplib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.db import DatabaseError, connection, connections
from django.utils.timezone import localtime
from django_celery_beat.models import PeriodicTask
from kombu.exceptions import OperationalError

from apps.kernel import replica
from apps.kernel.audit import checkpoints, keys, partitions
from apps.kernel.documents import clamd
from apps.kernel.ledger import gateway
from apps.kernel.notifications import channels, dispatch
from apps.kernel.notifications.models import Delivery, Dispatch
from apps.kernel.rules.models import Parameter
from apps.kernel.workcalendar import clock, days
from apps.portal import health
from taxportal.celery import app as celery

PATIENCE = 3  # seconds for anybody to answer
SILENT_AFTER = timedelta(minutes=10)  # beat sends something every thirty seconds
UNSEALED_AFTER = timedelta(minutes=30)  # evidence is signed every quarter of an hour


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``well`` is None where nothing is set and the portal works without it."""

    what: str
    well: bool | None
    note: str = ""


def findings() -> Iterator[Finding]:
    """Everything there is to look at, what all stands on first."""
    for name, works in health.PARTS.items():
        yield Finding(name, works())
    if all(finding() for finding in (health.PARTS["database"], health.PARTS["broker"])):
        for look in LOOKS:
            yield from look()


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('server_encoding')")
        version, encoding = cursor.fetchone()
    yield Finding("PostgreSQL", int(version.split(".")[0]) >= 16 and encoding == "UTF8", f"{version}, {encoding}")


def _partitions() -> Iterator[Finding]:
    missing = partitions.missing()
    yield Finding("monthly partitions", not missing, ", ".join(missing) and f"missing: {', '.join(missing)}")


def _replica() -> Iterator[Finding]:
    if replica.ALIAS not in connections:
        yield Finding("replica", None, "not set")
        return
    try:
        with connections[replica.ALIAS].cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())::int")
            (behind,) = cursor.fetchone()
    except DatabaseError as error:
        yield Finding("replica", False, str(error).splitlines()[0])
        return
    yield Finding("replica", True, "is no replica" if behind is None else f"last change {behind} s ago")


def _workers() -> Iterator[Finding]:
    try:
        taken = celery.control.inspect(timeout=PATIENCE).active_queues() or {}
    except (OperationalError, OSError) as error:
        yield Finding("Celery worker", False, str(error))
        return
    for queue in settings.CELERY_TASK_QUEUES:
        workers = sorted(name for name, queues in taken.items() if queue.name in {each["name"] for each in queues})
        note = ", ".join(workers) or f"no worker that takes this queue answered: start one with -Q {queue.name}"
        yield Finding(f"Celery worker for {queue.name}", bool(workers), note)
    last = PeriodicTask.objects.filter(enabled=True).order_by("-last_run_at").values_list("last_run_at", flat=True)
    newest = next((at for at in last if at is not None), None)
    alive = newest is not None and clock.now() - newest < SILENT_AFTER
    yield Finding("Celery beat", alive, f"last sent {_moment(newest)}" if newest else "has sent nothing yet")


def _moment(at: datetime) -> str:
    """In Shanghai's time, as the operator's clock shows it."""
    return f"{localtime(at):%Y-%m-%d %H:%M:%S}"


def _evidence() -> Iterator[Finding]:
    try:
        keys.signing_key()
    except ImproperlyConfigured as error:
        yield Finding("audit signing key", False, str(error) or "set AUDIT_SIGNING_KEY")
        return
    last = next(reversed(checkpoints.files()), "none yet")
    since = checkpoints.unsealed_since()
    if since is None:
        yield Finding("audit checkpoints", True, f"{last}, nothing waits")
        return
    due = since + UNSEALED_AFTER
    late = clock.now() > due
    mend = ": look at beat and the worker for celery, or run 审计：签署检查点 in the administration" if late else ""
    standing = "overdue since" if late else "next due by"
    yield Finding("audit checkpoints", not late, f"{last}, {standing} {_moment(due)}{mend}")


def _law() -> Iterator[Finding]:
    in_force, pending = Parameter.objects.count(), Parameter.objects.filter(review=Parameter.Review.PENDING).count()
    yield Finding("law", in_force > 0, f"{in_force} rows, {pending} not reviewed by two people")
    warnings = days.warnings()
    yield Finding("working calendar", None if warnings else True, "; ".join(warnings))


def _mail() -> Iterator[Finding]:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield Finding("e-mail", None, f"not sent by SMTP: {settings.EMAIL_BACKEND}")
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        server = get_connection(timeout=PATIENCE)
        server.open()
        server.close()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding("e-mail", False, f"{where}: {error}")
    else:
        yield Finding("e-mail", True, where)


def _adapters() -> Iterator[Finding]:
    """Every way to somebody outside: configured by its own word, and whether its address takes a connection."""
    addresses = {"sms": settings.SMS_GATEWAY_URL, "push": settings.YWTB_PUSH_URL, "onenet": settings.YWTB_STATUS_URL}
    yield _adapter("payment gateway", gateway.check_config(), settings.PAYMENT_GATEWAY_URL)
    for channel in channels.every():
        if channel.travels and str(channel.code) in addresses:
            yield _adapter(f"channel {channel.code}", channel.check_config(), addresses[str(channel.code)])
    for destination in dispatch.destinations():
        yield _adapter(f"dispatch {destination.code}", destination.check_config(), addresses.get(destination.code, ""))
    yield _adapter(
        "一网通办 sign-on", [] if settings.OIDC_ISSUER_URL else ["OIDC_ISSUER_URL"], settings.OIDC_ISSUER_URL
    )
    if not clamd.is_configured():
        yield Finding("virus scanner", None, "CLAMD_URL is not set: uploads are marked as not scanned")
    else:
        yield _adapter("virus scanner", [], settings.CLAMD_URL)


def _adapter(what: str, missing: list[str], address: str) -> Finding:
    if missing:
        return Finding(what, None, "not offered: " + " ".join(missing))
    if not address:
        return Finding(what, True)
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname, port), timeout=PATIENCE).close()
    except OSError as error:
        return Finding(what, False, f"{parts.hostname}:{port}: {error}")
    return Finding(what, True, f"{parts.hostname}:{port}")


def _letters_left() -> Iterator[Finding]:
    """What could not be delivered waits for a person in admin."""
    dead = Delivery.objects.filter(state=Delivery.State.DEAD).count()
    posts = Dispatch.objects.filter(state=Delivery.State.DEAD).count()
    yield Finding("dead letters", not dead + posts, f"{dead} messages, {posts} posts to other systems")


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _database,
    _partitions,
    _replica,
    _workers,
    _evidence,
    _law,
    _mail,
    _adapters,
    _letters_left,
)
