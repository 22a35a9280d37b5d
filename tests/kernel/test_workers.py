"""Long work is handed to a worker by the name of its task: after the commit, and never lost with the broker."""

import re
from pathlib import Path

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

import apps
from apps.kernel import workers

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_task_a_room_hands_over_is_one_a_worker_knows():
    rooms = Path(apps.__path__[0]).rglob("*.py")
    named = {name for file in rooms for name in re.findall(r'workers\.\w+\("([^"]+)"', file.read_text("utf-8"))}
    current_app.loader.import_default_modules()  # a web process has not loaded the tasks
    assert len(named) > 9
    assert named <= set(current_app.tasks)


def test_it_is_sent_when_the_transaction_stands(monkeypatch):
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda *args, **options: sent.append(args))
    workers.hand_over("fees.take_in_delivery", 7)
    assert sent == [("fees.take_in_delivery", (7,))]


def test_a_broker_that_is_away_stops_nothing(monkeypatch):
    def away(*_args, **_options):
        raise OperationalError

    monkeypatch.setattr(current_app, "send_task", away)
    workers.hand_over("fees.take_in_delivery", 7)
