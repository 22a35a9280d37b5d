"""The process answers always; readiness names what is down."""

import threading

import pytest
from django.db import connection
from django.test import Client


@pytest.mark.django_db
def test_all_is_well():
    assert Client().get("/healthz").json() == {"status": "ok"}
    assert Client().get("/readyz").json() == {"status": "ok", "down": []}


@pytest.mark.django_db
def test_a_silent_broker_is_named(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["down"]) == (503, ["broker"])


@pytest.mark.django_db
def test_storage_that_cannot_be_written_is_named(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "file"
    settings.MEDIA_ROOT.write_text("not a folder")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["down"]) == (503, ["storage"])


@pytest.mark.django_db(transaction=True)
def test_a_silent_database_is_named_while_the_process_stays_alive(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    answers = {}

    def ask() -> None:
        # A thread has connections of its own, so it dials the port nobody answers.
        answers["ready"] = Client().get("/readyz")
        answers["alive"] = Client().get("/healthz")

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert (answers["ready"].status_code, answers["ready"].json()["down"]) == (503, ["database"])
    assert answers["alive"].status_code == 200
