"""The Celery application; tasks live in each app's tasks.py, schedules in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taxportal.settings")

app = Celery("taxportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
