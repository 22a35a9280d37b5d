"""Verifying the evidence: every chain walked, every hash computed again, every checkpoint checked (Article 36).

``EVENTS`` says how many invented events are added through the database's own triggers (200,000 without; the aim is
made for 1,000,000). Beside the verification stands only reading the same rows. Then one event is altered by the
database's owner: the verifier must name it, and nothing else.
"""

import os
from time import perf_counter

from django.db import connection, transaction

from apps.kernel.audit import checkpoints, verification
from apps.kernel.audit.models import Event
from apps.kernel.audit.reading import chained_rows, snapshot
from bench.figures import Figure, most_memory

EVENTS = int(os.environ.get("EVENTS", "200000"))
LENGTH = 20  # events in a stream, as a case has
STEP = 20_000

_ADD = """
    INSERT INTO audit_event (stream, seq, at, action, actor_label, channel, target, data)
    SELECT 'bench/' || n / %s, 0, now(), 'step', 'bench', 'system', 'SH2026' || n, jsonb_build_object('number', n)
      FROM generate_series(%s, %s) n
"""
_ALTER = """
    ALTER TABLE audit_event DISABLE TRIGGER USER;
    UPDATE audit_event SET target = 'altered' WHERE stream = 'bench/1' AND seq = 2;
    ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_chain;
    ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_no_change;
    ALTER TABLE audit_event ENABLE TRIGGER audit_no_truncate;
"""


def measure(_address: str) -> list[Figure]:
    """Seconds of adding, reading and verifying; what was found before and after an attack."""
    began = perf_counter()
    for first in range(0, EVENTS, STEP):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ADD, [LENGTH, first, min(first + STEP, EVENTS) - 1])
    added = perf_counter() - began
    began = perf_counter()
    checkpoints.write()
    noted = perf_counter() - began
    total = Event.objects.count()
    began = perf_counter()
    with snapshot():
        for _row in chained_rows(stream="", since=None):
            pass
    read = perf_counter() - began
    before = most_memory()
    began = perf_counter()
    wrong = list(verification.verify(progress=_unheard))
    verified = perf_counter() - began
    grown = most_memory() - before
    with connection.cursor() as cursor:
        cursor.execute(_ALTER)
    found = {finding.where for finding in verification.verify(progress=_unheard)}
    return [
        Figure(what=f"adding {EVENTS:,} events, each chained", value=added, unit="s"),
        Figure(what="a signed checkpoint of all streams", value=noted, unit="s"),
        Figure(what="only reading the events", value=read, unit="s"),
        Figure(what=f"verifying {total:,} events", value=verified, unit="s"),
        Figure(what="events verified a second", value=total / verified, unit="events/s"),
        Figure(what="verifying against only reading", value=verified / read, unit="times"),
        Figure(what="memory of the verifier grew by", value=grown, unit="MB", at_most=64),
        Figure(what="streams found broken that are whole", value=len(wrong), unit="streams", at_most=0),
        Figure(what="an altered event is named, and alone", value=found == {"bench/1"}, unit="yes", at_least=1),
    ]


def _unheard(_done: int, _total: int) -> None:
    """Nobody watches."""
