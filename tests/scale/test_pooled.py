"""The portal behind PgBouncer in transaction mode: each transaction may get another connection, and nothing notices."""

import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import psycopg2
import pytest
from django.conf import settings as project
from django.urls import reverse

from apps.kernel.audit.models import Event
from apps.kernel.casework.models import Case
from apps.kernel.ledger.models import Payment
from apps.kernel.notifications.models import Delivery
from apps.kernel.parties.models import Role
from ops import ports
from ops.chaos.load import SUBMISSION
from ops.pgbouncer import PgBouncer
from tests import factories, factories_pulls
from tests.factories_ledger import owed
from tests.processes import running
from tests.scale.conftest import PASSWORD, take_a_password, web

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pooled(neighbourhood, addresses, transactional_db, place) -> Iterator[dict[str, str]]:
    """A pooler with few connections before the test database; what a process is told to go through it."""
    pooler = PgBouncer(
        state=place,
        port=ports.free(),
        server=neighbourhood.environment()["DATABASE_URL"],
        log=neighbourhood.logs / "pgbouncer.log",
        pool_size=3,
    )
    service = pooler.service()
    service.start()
    try:
        service.wait_ready()
        yield {"DATABASE_URL": pooler.url, "EVIDENCE_DATABASE_URL": pooler.evidence_url, "DATABASE_POOLED": "1"}
    finally:
        service.stop()


def soon(check, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.2)


def test_the_pool_truly_gives_each_transaction_its_connection(pooled):
    first, second = (psycopg2.connect(pooled["DATABASE_URL"]) for _ in range(2))
    seen = set()
    for connection in (first, second):
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            seen.add(cursor.fetchone()[0])
    assert len(seen) == 1  # two clients in turn on one connection of the server
    first.close()
    second.close()


def test_sign_in_submit_pay_and_be_told(pooled, neighbourhood, browser_of):
    office = factories.tax_office()
    owner = factories.citizen(office=office)
    owner.party.email = "wang@example.cn"
    owner.party.save()
    take_a_password(owner)
    charge = owed(owner.party)
    port = ports.free()
    front = f"http://127.0.0.1:{port}"
    gateway_at = ("--port", neighbourhood.gateway, "--portal", front)
    with (
        web(neighbourhood, "pooled-web", port, **pooled, PUBLIC_URL=front),
        running(
            *("gateway", "sandbox.gateway", *gateway_at),
            at=neighbourhood,
            ready=lambda: ports.answers(neighbourhood.gateway),
        ),
        running(
            *("pooled-worker", "celery", "-A", "taxportal", "worker", "--concurrency", 2, "--without-mingle"),
            at=neighbourhood,
            ready=lambda: True,
            **pooled,
        ),
        httpx.Client(base_url=front, timeout=30) as visitor,
    ):
        visitor.get(reverse("account_login"))
        form = {"username": owner.user.username, "password": PASSWORD}
        token = {"X-CSRFToken": visitor.cookies["csrftoken"]}
        answer = visitor.post(reverse("account_login"), data=form, headers=token)
        assert answer.status_code == 302, answer.text

        token = {"X-CSRFToken": visitor.cookies["csrftoken"]}
        case = visitor.post("/api/v1/cases/", json=SUBMISSION, headers={**token, "Idempotency-Key": "pooled-0001"})
        assert case.status_code == 201, case.text
        number = case.json()["number"]

        page = visitor.post(reverse("ledger:pay", args=[owner.party.ref]), data={"charge": charge.ref}, headers=token)
        assert page.status_code == 302, page.text
        assert httpx.post(page.headers["Location"], data={"action": "pay"}).status_code == 303
        soon(lambda: Payment.objects.filter(state=Payment.State.SUCCEEDED).exists())

        # A refusal is on record by the evidence's own connection, while its transaction is undone.
        clerk = browser_of(factories.staff(office, Role.CLERK), front)
        assert clerk.post(f"/api/v1/cases/{number}/actions/withdraw/", json={"reason": "x"}).status_code in (400, 403)
        soon(lambda: Delivery.objects.filter(channel="email").exclude(state="queued").exists())
    assert Case.objects.get().number == number
    assert Event.objects.filter(stream=f"case/{number}", action="submit").count() == 1


def test_a_pull_under_its_lease_and_a_scan_of_the_whole_city(pooled, neighbourhood, settings, tmp_path):
    settings.PULLS_DROP_DIR = str(tmp_path)
    source = factories_pulls.source(factories_pulls.entry(factories.staff(factories.department(), Role.OFFICER)))
    factories_pulls.drop(factories_pulls.permits(500))
    run = subprocess.run(
        [sys.executable, "-m", "tests.scale.pooled_work", str(source.pk)],
        cwd=project.BASE_DIR,
        env={
            **neighbourhood.environment(),
            **pooled,
            "PULLS_DROP_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "taxportal.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    state, good, scan, seen = run.stdout.split()[-4:]
    assert (state, good, scan) == ("done", "500", "done")
    assert int(seen) >= 1_500
