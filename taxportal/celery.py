"""The Celery application; tasks live in each app's tasks.py, schedules in the database."""

import gc
import os

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taxportal.settings")

app = Celery("taxportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_process_init.connect
def _leave_the_house_alone(**_given: object) -> None:
    """What was loaded at the start is no rubbish: the collector need not look through it after each letter."""
    gc.freeze()


if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
    from taxportal import telemetry

    telemetry.follow_tasks()
