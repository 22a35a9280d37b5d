"""Our own PostgreSQL and Valkey: made, protected, restarted on the same data, also after kill -9."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from ops import ports
from ops.postgres import Postgres
from ops.valkey import Valkey

pytestmark = pytest.mark.processes


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that a server under another account can enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="taxportal-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def query(url: str, statement: str):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        answer = cursor.fetchone() if cursor.description else None
    connection.close()
    return answer


def test_postgres_keeps_its_data_through_a_kill(place):
    state = place / "路径 with spaces"
    first = Postgres(state=state, port=ports.free(), password="geheim", log=place / "log")
    service = first.service()
    service.start()
    service.wait_ready()
    first.create_database("taxportal")
    query(first.url("taxportal"), "CREATE TABLE kept AS SELECT '税' AS word")
    assert query(
        first.url("taxportal"), "SELECT datcollate, datctype FROM pg_database WHERE datname = 'taxportal'"
    ) == (
        "C.UTF-8",
        "C.UTF-8",
    )
    with pytest.raises(psycopg2.OperationalError, match="password"):
        query(first.url("taxportal").replace("geheim", "wrong"), "SELECT 1")
    os.kill(service.process.pid, signal.SIGKILL)

    second = Postgres(state=state, port=ports.free(), password="geheim", log=place / "log")
    service = second.service()
    service.start()
    service.wait_ready()
    assert query(second.url("taxportal"), "SELECT word FROM kept") == ("税",)
    service.stop()


def test_an_orphaned_postgres_makes_way_for_the_next(place):
    orphan = Postgres(state=place, port=ports.free(), password="geheim", log=place / "log")
    running = orphan.service()
    running.start()
    running.wait_ready()

    heir = Postgres(state=place, port=ports.free(), password="geheim", log=place / "log")
    service = heir.service()
    assert not ports.answers(orphan.port)
    service.start()
    service.wait_ready()
    assert query(heir.url("postgres"), "SELECT 1") == (1,)
    service.stop()
    running.stop()


def test_valkey_keeps_queued_work_through_a_kill_and_asks_for_its_password(place):
    first = Valkey(state=place, port=ports.free(), password="geheim", log=place / "log")
    service = first.service()
    service.start()
    service.wait_ready()
    redis.Redis.from_url(first.url).rpush("celery", "task")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=first.port).ping()
    redis.Redis.from_url(first.url).execute_command("WAITAOF", 1, 0, 2000)
    service.process.kill()
    service.process.wait()

    second = Valkey(state=place, port=ports.free(), password="geheim", log=place / "log")
    service = second.service()
    service.start()
    service.wait_ready()
    assert redis.Redis.from_url(second.url).lrange("celery", 0, -1) == [b"task"]
    service.stop()
