"""The doctor names what is wrong and how to mend it, and fails then; what is merely not set is no fault."""

import base64
import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from apps.kernel.audit import checkpoints, log
from apps.kernel.audit.models import Stream
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.portal import diagnosis
from ops import ports
from taxportal.celery import app
from tests.processes import running

pytestmark = pytest.mark.django_db
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture(autouse=True)
def _nobody_is_waited_for(monkeypatch) -> None:
    """The question to the workers is open for as long as the doctor is patient, and mostly there is none."""
    monkeypatch.setattr(diagnosis, "PATIENCE", 0.3)


def told() -> tuple[str, str]:
    """What the doctor prints, and what it ends with."""
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def beat() -> diagnosis.Finding:
    """What is found of beat."""
    return next(finding for finding in diagnosis.findings() if finding.what == "Celery beat")


def test_a_portal_without_a_worker_is_not_well():
    printed, verdict = told()
    assert "ok       database" in printed
    assert "start one with -Q prompt" in printed
    assert "Celery worker for prompt" in verdict


@pytest.mark.processes
def test_a_worker_for_runs_alone_leaves_letters_unwritten(neighbourhood, transactional_db, monkeypatch):
    monkeypatch.setattr(diagnosis, "PATIENCE", 3)
    command = ("celery", "-A", "taxportal", "worker", "--concurrency", 1, "--queues", "celery", "--without-mingle")
    with running("runs-only", *command, at=neighbourhood, ready=lambda: bool(app.control.ping(timeout=0.3))):
        found = {finding.what: finding.well for finding in diagnosis.findings()}
    assert found["Celery worker for celery"]
    assert not found["Celery worker for prompt"]


@pytest.mark.processes
def test_beat_is_seen_alive_as_soon_as_it_has_sent_something(neighbourhood, transactional_db):
    assert not beat().well
    each_second = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(name="each second", task="notifications.deliver_due", interval=each_second)
    command = ("celery", "-A", "taxportal", "beat", "--pidfile=")
    with running("beat", *command, at=neighbourhood, ready=lambda: beat().well):
        assert beat().note.startswith("last sent")
    app.control.purge()


def test_an_adapter_that_is_not_set_is_no_fault_but_one_that_does_not_answer_is(settings):
    settings.SMS_GATEWAY_URL = settings.SMS_GATEWAY_SECRET = ""
    settings.PAYMENT_GATEWAY_SECRET = settings.PAYMENT_CALLBACK_SECRET = "secret"
    settings.PAYMENT_GATEWAY_URL = f"http://127.0.0.1:{ports.free()}"
    found = {finding.what: finding for finding in diagnosis.findings()}
    assert found["channel sms"].well is None
    assert "SMS_GATEWAY_URL" in found["channel sms"].note
    assert found["payment gateway"].well is False


def test_a_database_that_is_away_is_named_and_nothing_more_is_asked(monkeypatch):
    monkeypatch.setitem(diagnosis.health.PARTS, "database", lambda: False)
    found = {each.what: each.well for each in diagnosis.findings()}
    assert found["database"] is False
    assert "PostgreSQL" not in found


@pytest.fixture
def _signing(settings, tmp_path) -> None:
    """A key, and a place of this test's own for what is signed; what was recorded before it is signed."""
    settings.AUDIT_SIGNING_KEY = base64.b64encode(bytes(32)).decode()
    place = {**settings.STORAGES["evidence"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "evidence": place}
    Stream.objects.update(pending=False)


def signed() -> diagnosis.Finding:
    """What is found of the audit checkpoints."""
    return next(diagnosis._evidence())


@pytest.mark.usefixtures("_signing")
def test_a_fresh_portal_is_told_when_its_first_checkpoint_is_due_and_when_it_is_overdue():
    assert (signed().well, signed().note) == (True, "none yet, nothing waits")
    with time_machine.travel(dt.datetime(2026, 10, 12, 9, tzinfo=SHANGHAI)) as time:
        log.record("desk", "opened", actor=Actor.system("test"))
        assert (signed().well, signed().note) == (True, "none yet, next due by 2026-10-12 09:30:00")
        time.shift(dt.timedelta(minutes=31))
        assert signed().well is False
        assert signed().note.startswith("none yet, overdue since 2026-10-12 09:30:00: look at beat")


@pytest.mark.usefixtures("_signing")
def test_a_checkpoint_of_yesterday_does_not_make_todays_evidence_well():
    log.record("desk", "opened", actor=Actor.system("test"))
    checkpoints.write()
    assert (signed().well, signed().note) == (True, "checkpoint-000000001.jsonl, nothing waits")
    log.record("desk", "closed", actor=Actor.system("test"))
    with time_machine.travel(clock.now() + dt.timedelta(days=1)):
        assert signed().well is False
