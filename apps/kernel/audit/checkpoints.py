"""Checkpoints: the heads that moved, signed and put where the database cannot reach.

A chain alone does not notice a cut tail or a stream rewritten as a whole; a signed note of
where each stream stood does.
"""

from collections.abc import Iterator
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import Min

from apps.kernel.audit import keys
from apps.kernel.audit.models import Checkpoint, Stream
from apps.kernel.audit.offline import Leaf, Statement, file_name, merkle_root, read_checkpoint, write_checkpoint
from apps.kernel.workcalendar import clock

# Heads are locked while a file is written, so one file takes a limited number of them.
_LEAVES = 10_000

# A stream whose head is locked by work in progress is left for the next checkpoint.
_TAKE_PENDING = """
    UPDATE audit_stream SET pending = false
    WHERE name IN (SELECT name FROM audit_stream WHERE pending ORDER BY name LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING name, seq, encode(head, 'hex')
"""


def write() -> int:
    """Write checkpoints until no head is left that moved; returns the number of heads noted."""
    noted = 0
    while True:
        leaves = _write_one()
        noted += leaves
        if leaves < _LEAVES:
            return noted


def unsealed_since() -> datetime | None:
    """The last move of the head that has waited longest for a checkpoint; None when all are noted."""
    return Stream.objects.filter(pending=True).aggregate(at=Min("at"))["at"]


def files() -> list[str]:
    """The names of all checkpoint files, in order."""
    storage = storages["evidence"]
    if not storage.exists(""):
        return []
    return sorted(name for name in storage.listdir("")[1] if name.startswith("checkpoint-"))


def read(name: str) -> str:
    """The text of one checkpoint file."""
    with storages["evidence"].open(name, "rb") as file:
        return file.read().decode(errors="replace")


def texts(names: list[str]) -> Iterator[tuple[str, str]]:
    """Checkpoint files one by one, with their names."""
    for name in names:
        yield name, read(name)


def _write_one() -> int:
    key = keys.signing_key()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('audit checkpoint'))")
        cursor.execute(_TAKE_PENDING, [_LEAVES])
        leaves = sorted(Leaf(*row) for row in cursor.fetchall())
        if not leaves:
            return 0
        sequence, previous = _last()
        now = clock.now()
        root = merkle_root(leaf.digest() for leaf in leaves).hex()
        statement = Statement(sequence + 1, now.isoformat(), previous, len(leaves), root)
        name = file_name(statement.sequence)
        # The file comes before the commit: should the commit fail, the heads stay pending and the
        # next checkpoint, resting on this file, notes them again.
        saved = storages["evidence"].save(name, ContentFile(write_checkpoint(statement, leaves, key).encode()))
        if saved != name:
            storages["evidence"].delete(saved)
            raise FileExistsError(name)
        Checkpoint.objects.create(sequence=statement.sequence, at=now, leaves=len(leaves), digest=statement.digest())
    return len(leaves)


def _last() -> tuple[int, str]:
    """Number and digest of the last checkpoint, whether its row or only its file survived."""
    row = Checkpoint.objects.order_by("-sequence").first()
    known = (row.sequence, row.digest) if row else (0, "")
    names = files()
    if not names or names[-1] <= file_name(known[0]):
        return known
    statement, _ = read_checkpoint(read(names[-1]), keys.trusted_keys())
    return statement.sequence, statement.digest()
