"""Two of each: two web processes behind nginx with the site containers use, two workers; PgBouncer between."""

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.conf import settings as project
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from apps.kernel.parties.actors import Actor
from ops import ports
from ops.fill import collect_static_files
from ops.nginx import Nginx
from ops.processes import Service
from tests.processes import running, session_of

PASSWORD = "Portal-demo-2026"


def take_a_password(actor: Actor) -> None:
    """A password as the portal's own processes check it: the tests' fast hasher is unknown to them."""
    actor.user.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt")
    actor.user.save()


def web(neighbourhood, name: str, port: int, **more: str) -> contextlib.AbstractContextManager[Service]:
    """One web process on the test database."""
    return running(
        name,
        *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--no-ws"),
        *("--blocking-threads", 4, "taxportal.wsgi:application"),
        at=neighbourhood,
        ready=lambda: ports.serves(f"http://127.0.0.1:{port}/healthz"),
        **more,
    )


@dataclass(frozen=True)
class Pair:
    """Two web processes and nginx in front of them, by address."""

    front: str
    here: str
    there: str
    one: Service

    @property
    def both(self) -> tuple[str, str]:
        return self.here, self.there

    @contextlib.contextmanager
    def one_dead(self) -> Iterator[None]:
        """The first is killed with all its processes, and comes back after the ``with``."""
        os.killpg(self.one.process.pid, signal.SIGKILL)
        self.one.process.wait()
        port = int(self.here.rpartition(":")[2])
        while ports.answers(port):  # its workers die a moment later
            time.sleep(0.05)
        try:
            yield
        finally:
            self.one.start()
            self.one.wait_ready()


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that a server under another account can enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="taxportal-scale-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="module")
def _pair(neighbourhood, django_db_setup, django_db_blocker) -> Iterator[Pair]:
    """Brought up once for the tests of a module."""
    first, second, front = ports.free(), ports.free(), ports.free()
    collect_static_files()
    trusting = {"TRUSTED_PROXY_COUNT": "1"}
    with (
        django_db_blocker.unblock(),
        tempfile.TemporaryDirectory(prefix="taxportal-scale-") as folder,
        web(neighbourhood, "web-1", first, **trusting) as one,
        web(neighbourhood, "web-2", second, **trusting),
    ):
        Path(folder).chmod(0o711)
        nginx = Nginx(
            state=Path(folder), port=front, portals=[first, second], log=neighbourhood.logs / "nginx.log"
        ).service()
        nginx.start()
        try:
            nginx.wait_ready()
            yield Pair(*(f"http://127.0.0.1:{port}" for port in (front, first, second)), one)
        finally:
            nginx.stop()


@pytest.fixture
def pair(_pair, addresses, transactional_db) -> Pair:
    """The pair, on the database of this test."""
    return _pair


@pytest.fixture
def browser_of():
    """``browser_of(actor, address)``: somebody signed in, as their browser at one address."""
    with contextlib.ExitStack() as open_browsers:

        def browser(actor: Actor, address: str) -> httpx.Client:
            return with_session(address, session_of(actor.user), actor)

        def with_session(address: str, session: str, actor: Actor) -> httpx.Client:
            token = "c" * 32
            cookies = {project.SESSION_COOKIE_NAME: session, project.CSRF_COOKIE_NAME: token}
            headers = {"X-CSRFToken": token, **({"X-Acting-For": actor.party.ref} if actor.party else {})}
            return open_browsers.enter_context(
                httpx.Client(base_url=address, cookies=cookies, headers=headers, timeout=30)
            )

        browser.with_session = with_session
        yield browser
