"""What comes again by itself in some seconds does not pile up at the broker while workers are away."""

import pytest
from django.conf import settings
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from taxportal.celery import app

pytestmark = pytest.mark.django_db

OFTEN = {name: entry for name, entry in settings.CELERY_BEAT_SCHEDULE.items() if isinstance(entry["schedule"], int)}


@pytest.mark.parametrize("name", OFTEN)
def test_a_sweep_that_waited_for_its_next_turn_is_dropped(name):
    ModelEntry.from_entry(name, app=app, **OFTEN[name])
    assert PeriodicTask.objects.get(name=name).expire_seconds == OFTEN[name]["schedule"]


def test_what_comes_once_a_day_waits_for_a_worker():
    name = "filing: tell of returns not lodged in time"
    ModelEntry.from_entry(name, app=app, **settings.CELERY_BEAT_SCHEDULE[name])
    assert PeriodicTask.objects.get(name=name).expire_seconds is None


@pytest.mark.parametrize("task", ["notifications.deliver_due", "documents.write_letter", "documents.scan_upload"])
def test_what_somebody_waits_for_goes_past_the_runs(task):
    assert app.amqp.router.route({}, task)["queue"].name == "prompt"


@pytest.mark.parametrize("run", ["risk.work", "guidance.work", "credit.work", "pulls.work", "filing.file_batch"])
def test_a_run_over_the_city_is_in_nobodys_way(run):
    assert app.amqp.router.route({}, run)["queue"].name == "celery"


def test_a_task_waits_in_the_queue_it_is_sent_to_and_in_no_other():
    app.control.purge()
    app.send_task("notifications.deliver_due")
    with app.connection_for_read() as connection:
        waiting = {name: connection.default_channel.client.llen(name) for name in app.amqp.queues}
    app.control.purge()
    assert waiting == {"celery": 0, "prompt": 1}
