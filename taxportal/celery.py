"""The Celery application; tasks live in each app's tasks.py, schedules in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taxportal.settings")

app = Celery("taxportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
    from taxportal import telemetry

    telemetry.follow_tasks()
