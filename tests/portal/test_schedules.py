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
