"""The broker dies and comes back: what was queued is still there, what was under way ends, nothing is doubled (Art 16).

A broker of the test's own, killed like a crash, and a real worker that lives through it.
"""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.datashare.pulls import running, tasks
from apps.datashare.pulls.ending import SYSTEM
from apps.datashare.pulls.models import Lease, Pull, PulledPage
from ops import ports
from ops.processes import Service
from ops.valkey import Valkey
from taxportal.celery import app
from tests.datashare.pulls.playing import played
from tests.datashare.pulls.waiting import eventually
from tests.factories_pulls import HEADINGS, held, permits, source
from tests.processes import running as process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
ROWS, PAGES = 14, 5
TAKES_UP, GOES_ON = 120, 60  # seconds a worker may need on a busy machine


@contextlib.contextmanager
def started(broker: Valkey) -> Iterator[Service]:
    """The broker's process while the block runs; what it was told is on disk."""
    service = broker.service()
    service.start()
    try:
        service.wait_ready()
        yield service
    finally:
        service.stop()


def handed_over(run: Pull, broker: Valkey) -> Pull:
    """The run as a task in that broker's queue."""
    with app.connection_for_write(broker.url) as line:
        tasks.work.apply_async((run.pk,), connection=line)
    return run


def ended(run: Pull) -> bool:
    run.refresh_from_db()
    return not run.under_way


def test_the_broker_dies_twice_and_each_run_is_done_once(dataset, neighbourhood, tmp_path: Path):
    broker = Valkey(state=tmp_path, port=ports.free(), password="geheim", log=tmp_path / "broker.log")
    back = threading.Event()
    with played() as interface, contextlib.ExitStack() as living:
        interface.rows = permits(ROWS)
        interface.faults = [None, None, back]
        http = source(dataset, kind="http", address=interface.url, page_rows=3)
        with started(broker) as service:
            first = handed_over(running.start(http, SYSTEM, queue=False), broker)
            service.process.kill()
            service.process.wait(20)
        with started(broker) as service:  # what was queued is still there
            living.enter_context(
                process(
                    *("broker-worker", "celery", "-A", "taxportal", "worker", "--concurrency", 1, "--loglevel", "INFO"),
                    *("--without-gossip", "--without-mingle"),
                    at=neighbourhood,
                    ready=lambda: True,
                    REDIS_URL=broker.url,
                    PULLS_ALLOWED_HOSTS="127.0.0.1",
                    PULLS_ALLOW_LOOPBACK="1",
                )
            )
            eventually(lambda: Pull.objects.get(pk=first.pk).pages == 2, TAKES_UP)
            service.process.kill()  # in the middle of the run
            service.process.wait(20)
        with started(broker):
            back.set()
            eventually(lambda: ended(first), GOES_ON)
            before = held(http)
            again = handed_over(running.start(http, SYSTEM, whole=True, queue=False), broker)
            eventually(lambda: ended(again), GOES_ON)  # by the same worker
            living.close()  # the worker gives back what it could not acknowledge
    assert (first.state, first.attempts, first.received, first.inserted) == ("done", 1, ROWS, ROWS)
    assert (again.state, again.attempts, again.received, again.unchanged) == ("done", 1, ROWS, ROWS)
    assert [{name: str(row[name] or "") for name in HEADINGS} for row in before] == permits(ROWS)
    assert held(http) == before
    assert [PulledPage.objects.filter(run=run).count() for run in (first, again)] == [PAGES, PAGES]
    assert not Lease.objects.exists()
