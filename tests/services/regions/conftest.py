"""Another province as a second instance of this portal: own database, own port, own key, real processes."""

import base64
import contextlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psycopg2
import pytest
from django.conf import settings as project
from django.db import connection

from apps.services.regions import signatures
from apps.services.regions.models import Region, RegionKey, RegionMatter
from ops import ports
from ops.test import TABLES
from tests.processes import running

SECRET = "Portal-demo-2026"


def seed() -> str:
    """A fresh Ed25519 seed."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


OUR_SEED, THEIR_SEED = seed(), seed()


def public(text: str) -> str:
    """The public half of a seed."""
    return signatures.public_text(signatures.signer(text))


@pytest.fixture
def key(settings) -> str:
    """This portal signs with a key of its own."""
    settings.REGION_SIGNING_KEY = OUR_SEED
    return OUR_SEED


@pytest.fixture
def zhejiang(db, key) -> Region:
    """The neighbouring province as it is entered here, with one matter and its key."""
    region = Region.objects.create(code="330000", name="浙江省", address="http://127.0.0.1:9")
    RegionMatter.objects.create(region=region, code="report-verification", name="跨区域涉税事项报验")
    RegionKey.objects.create(region=region, public_key=public(THEIR_SEED))
    return region


@dataclass(frozen=True)
class OtherPortal:
    """The other province's portal, reached as any partner reaches it."""

    url: str
    environment: dict[str, str]

    def run(self, what: str, given: str = "") -> str:
        """Let the other instance do something in a process of its own."""
        command = [sys.executable, "-m", "tests.services.regions.other_province", what, given]
        done = subprocess.run(
            command, env=self.environment, cwd=project.BASE_DIR, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def perform(self, number: str, action: str, *, who: str, **data: str) -> httpx.Response:
        """An official there does something on a case, through that portal's own API."""
        token = httpx.post(
            f"{self.url}/oauth/token/", data={"grant_type": "client_credentials"}, auth=(who, SECRET)
        ).json()["access_token"]
        return httpx.post(
            f"{self.url}/api/v1/cases/{number}/actions/{action}/",
            json=data,
            headers={"Authorization": f"Bearer {token}"},
        )


@contextlib.contextmanager
def _database(name: str) -> Iterator[str]:
    """A database of its own on the test server, with its tables where they are ready to be copied."""
    place = connection.settings_dict
    server = psycopg2.connect(
        host=place["HOST"], port=place["PORT"], user=place["USER"], password=place["PASSWORD"], dbname="postgres"
    )
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute("SELECT datname FROM pg_database WHERE datname = %s", [TABLES])
        ready = cursor.fetchone()
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TABLES if ready else "template1"}"')
        yield name
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    server.close()


@pytest.fixture(scope="session")
def _other_portal(neighbourhood, django_db_setup, django_db_blocker) -> Iterator[OtherPortal]:
    with django_db_blocker.unblock():
        place = connection.settings_dict
        login = place["USER"] + (f":{place['PASSWORD']}" if place["PASSWORD"] else "")
        port = ports.free()
        with _database(f"{place['NAME']}_zhejiang") as name:
            here = neighbourhood.environment()
            environment = {
                **here,
                "DATABASE_URL": f"postgres://{login}@{place['HOST']}:{place['PORT']}/{name}",
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
                "REGION": "330000",
                "REGION_SIGNING_KEY": THEIR_SEED,
                "PYTHONPATH": os.pathsep.join([str(project.BASE_DIR), os.environ.get("PYTHONPATH", "")]),
            }
            other = OtherPortal(f"http://127.0.0.1:{port}", environment)
            other.run("prepare", json.dumps({"address": here["PUBLIC_URL"], "key": public(OUR_SEED), "secret": SECRET}))
            with running(
                "zhejiang",
                *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--no-ws"),
                *("--blocking-threads", 2, "taxportal.wsgi:application"),
                at=_Elsewhere(neighbourhood.logs, environment),
                ready=lambda: ports.answers(port),
            ):
                yield other


@dataclass(frozen=True)
class _Elsewhere:
    """The neighbourhood as the other instance sees it."""

    logs: object
    elsewhere: dict[str, str]

    def environment(self) -> dict[str, str]:
        return self.elsewhere


@pytest.fixture
def other_portal(_other_portal, transactional_db, zhejiang) -> OtherPortal:
    """The second instance, known here under its address."""
    Region.objects.filter(pk=zhejiang.pk).update(address=_other_portal.url)
    return _other_portal
