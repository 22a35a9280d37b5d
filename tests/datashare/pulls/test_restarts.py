"""The database dies under a pull and comes back: a real server, a real worker, nothing lost or doubled (Art 16)."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from apps.datashare.pulls import running
from apps.datashare.pulls.ending import SYSTEM
from apps.datashare.pulls.reading import csv_pages
from ops import ports
from ops.postgres import Postgres
from tests import clean_slate
from tests.datashare.pulls.test_faults import content, rows
from tests.datashare.pulls.waiting import eventually
from tests.factories_pulls import HEADINGS, drop, entry, pulled
from tests.factories_pulls import source as registered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that a server under another account can enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="taxportal-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@contextlib.contextmanager
def started(server: Postgres) -> Iterator:
    """The server's process while the block runs."""
    service = server.service()
    service.start()
    try:
        service.wait_ready()
        yield service
    finally:
        service.stop()


def here() -> str:
    """The address of the test database."""
    name = connection.settings_dict
    return f"postgres://{name['USER']}:{name['PASSWORD']}@{name['HOST']}:{name['PORT']}/{name['NAME']}"


def copied(server: Postgres, programs: Path) -> str:
    """The test database as it is now, on a server of its own; its address there."""
    server.create_database("portal")
    dump = [programs / "pg_dump", "--no-owner", f"--exclude-schema={clean_slate.SCHEMA}", "-d", here()]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as written:
        read = [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", server.url("portal")]
        subprocess.run(read, stdin=written.stdout, stdout=subprocess.DEVNULL, check=True)
    assert written.returncode == 0
    return server.url("portal")


def ask(address: str, statement: str) -> list[tuple]:
    """What another server answers."""
    line = psycopg2.connect(address)
    with contextlib.closing(line), line.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_the_database_dies_in_the_middle_of_a_pull_and_the_same_worker_ends_it(officer, source, place, monkeypatch):
    monkeypatch.setattr(csv_pages, "PIECE", 4096)
    drop(rows(), at=1)
    run = running.start(source, SYSTEM, queue=False)
    server = Postgres(state=place, port=ports.free(), password="geheim", log=place / "log", throwaway=True)
    with started(server) as service:
        address = copied(server, Path(service.command[0]).parent)
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.datashare.pulls.killed", str(run.pk), "slow:0"],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "taxportal.settings",
                "DATABASE_URL": address,
                "PULLS_DROP_DIR": settings.PULLS_DROP_DIR,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        pages = f"SELECT pages FROM datashare_pull WHERE id = {run.pk}"
        eventually(lambda: ask(address, pages)[0][0] >= 3)
        service.process.send_signal(signal.SIGQUIT)  # at once, as a crash: what is unlogged is lost
        service.process.wait(20)
        assert worker.poll() is None, "the worker waits for the database"
        with started(server):
            words, _none = worker.communicate(timeout=120)
            state = f"SELECT state, good, quarantined, inserted, attempts FROM datashare_pull WHERE id = {run.pk}"
            assert ask(address, state) == [("done", 980, 20, 980, 2)], words.decode()[-6000:]
            columns = ", ".join(f'"{name}"' for name in (*HEADINGS, "_page", "_line"))
            found = ask(address, f"SELECT {columns} FROM pulled.d{source.dataset_id} ORDER BY permit")
    calm = registered(entry(officer, code="calm-permits"))
    drop(rows(), folder="calm-permits", at=1)
    pulled(calm)
    assert found == content(calm)
