"""Real processes for tests: the portal, a worker, the sandboxes, a mail server, a browser.

Everything runs on free loopback ports against the test database and broker. A test asks for the
fixtures it needs; each process it did not ask for is not there. Tests that ask for a process see
committed data only, so these fixtures bring ``transactional_db`` with them::

    @pytest.mark.browser
    def test_a_citizen_signs_in(portal, page, axe):
        page.goto("/")
        axe(page)
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as project
from django.db import connection
from django.test import Client
from playwright.sync_api import sync_playwright

from apps.kernel.notifications import outbox
from ops import ports
from ops.fill import collect_static_files
from ops.processes import Service
from taxportal.celery import app
from tests import factories_doors
from tests.accessibility import assert_accessible

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
GATEWAY_SECRET = "signs what the portal asks of the gateway"
CALLBACK_SECRET = "signs what the gateway tells the portal"
SMS_SECRET = "the text message gateway and the portal share this"
ONENET_SECRET = "one network and the portal share this"
OIDC_CLIENT_SECRET = "the-identity-provider-and-the-portal-share-this"


@dataclass(frozen=True)
class Neighbourhood:
    """The addresses of one test session: who listens where, agreed before anybody starts."""

    logs: Path
    portal: int = field(default_factory=ports.free)
    gateway: int = field(default_factory=ports.free)
    identity: int = field(default_factory=ports.free)
    smtp: int = field(default_factory=ports.free)
    sms: int = field(default_factory=ports.free)
    onenet: int = field(default_factory=ports.free)

    @property
    def addresses(self) -> dict[str, str]:
        """The settings every process and the test itself agree on."""
        return {
            "PUBLIC_URL": f"http://127.0.0.1:{self.portal}",
            "PAYMENT_GATEWAY_URL": f"http://127.0.0.1:{self.gateway}",
            "PAYMENT_GATEWAY_PUBLIC_URL": f"http://127.0.0.1:{self.gateway}",
            "PAYMENT_GATEWAY_SECRET": GATEWAY_SECRET,
            "PAYMENT_CALLBACK_SECRET": CALLBACK_SECRET,
            "OIDC_ISSUER_URL": f"http://127.0.0.1:{self.identity}",
            "OIDC_CLIENT_ID": "shanghai-tax-portal",
            "OIDC_CLIENT_SECRET": OIDC_CLIENT_SECRET,
        }

    def receiver(self, name: str, port: int, secret: str) -> "contextlib.AbstractContextManager[Service]":
        """A sandbox that takes signed messages, empty at its start."""
        folder = self.logs / f"{name}-{ports.free()}"
        options = ("--name", name, "--port", port, "--secret-from", secret, "--folder", folder)
        return running(name, "sandbox.receiver", *options, at=self, ready=lambda: ports.answers(port))

    def environment(self) -> dict[str, str]:
        """The environment of a process that works on the test database."""
        database = connection.settings_dict
        login = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
        place = f"{database['HOST']}:{database['PORT']}"
        return {
            **os.environ,
            **self.addresses,
            "SMS_GATEWAY_SECRET": SMS_SECRET,
            "YWTB_PUSH_SECRET": ONENET_SECRET,
            "DATABASE_URL": f"postgres://{login}@{place}/{database['NAME']}",
            "REDIS_URL": project.REDIS_URL,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp}",
            "STATE_DIR": str(project.STATE_DIR),
            "PYTHONUNBUFFERED": "1",
        }


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows the end of the logs of the processes it worked with."""
    report = yield
    neighbours = getattr(item, "funcargs", {}).get("neighbourhood")
    if report.failed and neighbours is not None:
        for log in sorted(neighbours.logs.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-25:]
            report.sections.append((log.name, "\n".join(lines)))
    return report


@dataclass(frozen=True)
class Sandbox:
    """A process that plays somebody outside the portal."""

    url: str
    secret: str
    service: Service


@pytest.fixture(scope="session")
def neighbourhood(tmp_path_factory) -> Neighbourhood:
    """Ports and shared secrets of this test session."""
    return Neighbourhood(logs=tmp_path_factory.mktemp("logs"))


@pytest.fixture
def addresses(neighbourhood, settings) -> dict[str, str]:
    """Point the test's own Django at the same neighbours as the processes."""
    for name, value in neighbourhood.addresses.items():
        setattr(settings, name, value)
    return neighbourhood.addresses


@contextlib.contextmanager
def running(name: str, *command: object, at: Neighbourhood, ready, **more: str) -> Iterator[Service]:
    """A process of this interpreter, up inside the ``with`` and gone after it; ``more`` is set in its environment."""
    service = Service(
        name=name,
        command=[sys.executable, "-m", *map(str, command)],
        env={**at.environment(), **more},
        cwd=project.BASE_DIR,
        log=at.logs / f"{name}.log",
        ready=ready,
    )
    service.start()
    try:
        service.wait_ready()
        yield service
    finally:
        service.stop()


# --- the portal and its worker -----------------------------------------------------------------


@pytest.fixture(scope="session")
def _portal_process(neighbourhood, django_db_setup, django_db_blocker) -> Iterator[Service]:
    """One granian for the session; it leaves before the test database is dropped."""
    port = neighbourhood.portal
    collect_static_files()
    with (
        django_db_blocker.unblock(),
        running(
            "portal",
            *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--no-ws"),
            *("--blocking-threads", 4, "taxportal.wsgi:application"),
            at=neighbourhood,
            ready=lambda: ports.answers(port),
        ) as service,
    ):
        yield service


@pytest.fixture
def portal(_portal_process, addresses, transactional_db) -> str:
    """The address of a real portal process on the test database."""
    return addresses["PUBLIC_URL"]


@pytest.fixture
def worker(neighbourhood, addresses, transactional_db) -> Iterator[Service]:
    """A real Celery worker on the test database; the queue starts and ends empty."""
    app.control.purge()
    outbox.sweep_begins()  # a sweep asked for by an earlier test will never come
    with running(
        "worker",
        *("celery", "-A", "taxportal", "worker", "--concurrency", 1, "--without-gossip", "--without-mingle"),
        *("--loglevel", "INFO"),
        at=neighbourhood,
        ready=lambda: bool(app.control.ping(timeout=0.3)),
    ) as service:
        yield service
    app.control.purge()


# --- the outside world ---------------------------------------------------------------------------


@pytest.fixture
def gateway(neighbourhood, addresses, transactional_db) -> Iterator[Sandbox]:
    """The sandbox payment gateway, fresh for this test."""
    port = neighbourhood.gateway
    with running(
        *("gateway", "sandbox.gateway", "--port", port), at=neighbourhood, ready=lambda: ports.answers(port)
    ) as service:
        yield Sandbox(url=addresses["PAYMENT_GATEWAY_URL"], secret=GATEWAY_SECRET, service=service)


@pytest.fixture
def identity_provider(neighbourhood, addresses, transactional_db) -> Iterator[Sandbox]:
    """The sandbox 一网通办 identity provider, fresh for this test."""
    port = neighbourhood.identity
    with running(
        *("identity", "sandbox.identity", "--port", port), at=neighbourhood, ready=lambda: ports.answers(port)
    ) as service:
        yield Sandbox(url=addresses["OIDC_ISSUER_URL"], secret=OIDC_CLIENT_SECRET, service=service)


@pytest.fixture
def sms_gateway(neighbourhood, settings, transactional_db) -> Iterator[Sandbox]:
    """The sandbox SMS gateway, fresh for this test; only a test that asks for it has a text message channel."""
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{neighbourhood.sms}/messages"
    settings.SMS_GATEWAY_SECRET = SMS_SECRET
    with neighbourhood.receiver("sms", neighbourhood.sms, "SMS_GATEWAY_SECRET") as service:
        yield Sandbox(url=f"http://127.0.0.1:{neighbourhood.sms}", secret=SMS_SECRET, service=service)


@pytest.fixture
def onenet(neighbourhood, settings, transactional_db) -> Iterator[Sandbox]:
    """The sandbox 一网通办 that takes messages, status and to-dos, fresh for this test."""
    url = f"http://127.0.0.1:{neighbourhood.onenet}"
    settings.YWTB_PUSH_URL, settings.YWTB_STATUS_URL = f"{url}/messages", f"{url}/status"
    settings.YWTB_PUSH_SECRET = ONENET_SECRET
    with neighbourhood.receiver("onenet", neighbourhood.onenet, "YWTB_PUSH_SECRET") as service:
        yield Sandbox(url=url, secret=ONENET_SECRET, service=service)


class _Letterbox:
    """What aiosmtpd hands each message to."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"


@pytest.fixture
def smtp(neighbourhood, settings) -> Iterator[list[EmailMessage]]:
    """A real mail server; the messages it took, in order."""
    letterbox = _Letterbox()
    server = Controller(letterbox, hostname="127.0.0.1", port=neighbourhood.smtp)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", neighbourhood.smtp
    yield letterbox.messages
    server.stop()


# --- the browser -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Debian's Chromium, one for the session."""
    # Playwright keeps an event loop on this thread, which Django takes for async code; every call
    # of ours is synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_page(browser, portal) -> Iterator:
    """Opens pages, each in a browser profile of its own: ``new_page(java_script_enabled=False)``."""
    with contextlib.ExitStack() as profiles:

        def open_page(**profile):
            profile = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 900}, **profile}
            context = browser.new_context(base_url=portal, reduced_motion="reduce", **profile)
            profiles.callback(context.close)
            context.set_default_timeout(15_000)
            return context.new_page()

        yield open_page


@pytest.fixture
def page(new_page):
    """A page in a fresh profile, with the portal as base address."""
    return new_page()


def session_of(user) -> str:
    """The key of a session that says password and one-time code were given, as after a real sign-in of staff."""
    return factories_doors.sign_in(Client(), user).session.session_key


@pytest.fixture
def sign_in(portal):
    """``sign_in(page, user)`` gives a page's profile the session of a signed-in user."""

    def sign(page, user) -> None:
        cookie = {"name": project.SESSION_COOKIE_NAME, "value": session_of(user), "url": portal}
        page.context.add_cookies([cookie])

    return sign


@pytest.fixture
def axe():
    """``axe(page)`` fails with one line per accessibility finding at 1280 and 320 pixels."""
    return assert_accessible
