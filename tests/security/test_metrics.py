"""``/metrics``: who may ask, what is told, and that it names nobody."""

import base64
import datetime as dt
import os
import subprocess
import sys

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.parser import text_string_to_metric_families

from apps.kernel.audit import checkpoints
from apps.kernel.casework import cases
from apps.kernel.notifications import outbox
from apps.kernel.notifications.models import Delivery
from apps.kernel.workcalendar import clock
from apps.portal.metrics import counting
from apps.services.procedures.deferral import DEFERRAL
from tests import factories
from tests.access.world import DETAIL, NOTICE

pytestmark = pytest.mark.django_db
TOKEN = "the-monitoring-knows-this"


@pytest.fixture(autouse=True)
def _monitoring(settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    cache.clear()


def asked(**extra) -> dict[tuple, float]:
    """Every number by its name and labels."""
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, **extra)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value for family in families for sample in family.samples
    }


def number(found: dict[tuple, float], name: str, **labels: str) -> float | None:
    return found.get((name, *sorted(labels.items())))


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer "}],
)
def test_for_others_there_is_no_such_page(headers):
    answer, absent = Client().get("/metrics", headers=headers), Client().get("/no-such-page", headers=headers)
    assert (answer.status_code, absent.status_code) == (404, 404)
    assert b"portal_" not in answer.content


def test_without_a_token_and_networks_nobody_is_let_in(settings):
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_an_address_of_the_installation_is_let_in_and_cannot_be_claimed(settings):
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "", ["10.20.0.0/16", "::1/128"]
    assert Client().get("/metrics", REMOTE_ADDR="10.20.3.4").status_code == 200
    assert Client().get("/metrics", REMOTE_ADDR="10.21.3.4").status_code == 404
    claimed = Client().get("/metrics", REMOTE_ADDR="10.21.3.4", headers={"X-Forwarded-For": "10.20.3.4"})
    assert claimed.status_code == 404


def test_requests_are_counted_and_timed_by_the_name_of_their_route():
    labels = {"route": "healthz", "method": "GET", "status": "200"}
    before = number(asked(), "portal_requests_total", **labels) or 0
    Client().get("/healthz")
    Client().get("/as/someone/cases/SH2026/")
    found = asked()
    assert number(found, "portal_requests_total", **labels) == before + 1
    assert number(found, "portal_request_seconds_count", route="healthz") >= 1
    assert not any("someone" in str(key) or "SH2026" in str(key) for key in found)


def test_how_the_work_stands():
    with time_machine.travel(dt.datetime(2026, 10, 12, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))) as time:
        office = factories.tax_office()
        payer = factories.representative(factories.company(office=office))
        case = cases.open_submitted(DEFERRAL, payer, DETAIL, idempotency_key="metrics-0001")
        outbox.send(
            "case-overdue", office, {"number": case.number, "title": "延期", "clock": "决定", "due": "2026-10-26"}
        )
        Delivery.objects.update(state="queued", next_attempt_at=clock.now())
        time.shift(dt.timedelta(days=90))
        found = asked()
    assert number(found, "portal_open_cases", procedure="deferral", state=case.state) == 1
    assert number(found, "portal_overdue_clocks", procedure="deferral", whose="office") >= 1
    assert number(found, "portal_outbox_lag_seconds", kind="message") == pytest.approx(90 * 86400, abs=60)
    assert number(found, "portal_outbox_due", kind="message") == Delivery.objects.count()
    assert number(found, "portal_dead_letters", kind="dispatch") == 0
    assert number(found, "portal_pull_runs", state="failed") == 0
    assert number(found, "portal_queue_depth", queue="celery") is not None
    assert number(found, "portal_queue_depth", queue="prompt") is not None


def test_what_was_given_up_is_told(settings):
    office = factories.tax_office()
    outbox.send("case-overdue", office, NOTICE)
    Delivery.objects.update(state="dead")
    assert number(asked(), "portal_dead_letters", kind="message") == Delivery.objects.count()


def test_a_silent_broker_takes_its_number_away_and_no_other(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    found = asked()
    assert number(found, "portal_queue_depth", queue="prompt") is None
    assert number(found, "portal_uploads_in_quarantine") == 0


def test_how_long_evidence_has_not_been_signed_is_told(settings, tmp_path):
    settings.AUDIT_SIGNING_KEY = base64.b64encode(bytes(32)).decode()
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {**settings.STORAGES["evidence"], "OPTIONS": {"location": str(tmp_path)}},
    }
    checkpoints.write()
    with time_machine.travel(dt.datetime(2026, 10, 12, 9, tzinfo=dt.UTC)) as time:
        cases.open_case(DEFERRAL, factories.representative(factories.company(office=factories.tax_office())), DETAIL)
        time.shift(dt.timedelta(hours=2))
        assert number(asked(), "portal_audit_unsealed_seconds") == pytest.approx(7200, abs=60)
        checkpoints.write()
        cache.clear()
        assert number(asked(), "portal_audit_unsealed_seconds") == 0


def test_two_processes_are_added_up(tmp_path):
    """Each process writes files of its own; whichever is asked tells the sum."""
    count = (
        "import os\nfrom prometheus_client import Counter\nCounter('portal_requests', 'r', ['route']).labels('x').inc()"
    )
    for _ in range(2):
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        subprocess.run([sys.executable, "-c", count], env=environment, check=True)
    text = generate_latest(MultiProcessCollector(CollectorRegistry(), path=str(tmp_path))).decode()
    assert 'portal_requests_total{route="x"} 2.0' in text


def test_what_a_server_that_has_ended_left_behind_is_cleared(settings, tmp_path):
    settings.METRICS_DIR = tmp_path / f"host-{os.getpid()}"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (tmp_path / f"host-{ended.pid}").mkdir()
    (tmp_path / "otherhost-1").mkdir()
    counting.prepare()
    assert {each.name for each in tmp_path.iterdir()} == {settings.METRICS_DIR.name, "otherhost-1"}
