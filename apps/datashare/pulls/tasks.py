"""Pulls by workers and on the clock: what is due starts, what was left is taken up again."""

import contextlib

import httpx
from celery import shared_task
from django.core.exceptions import ValidationError
from django.db.models import Q
from kombu.exceptions import OperationalError

from apps.datashare.pulls import lineage, running
from apps.datashare.pulls.ending import SYSTEM
from apps.datashare.pulls.models import Pull, PullSource
from apps.kernel.workcalendar import clock


@shared_task(name="pulls.pull")
def pull(source_id: int) -> None:
    """Start a source's run by its schedule; paused, blocked and broken ones stay as they are."""
    source = PullSource.objects.filter(pk=source_id).first()
    if source is not None:
        with contextlib.suppress(ValidationError):
            running.start(source, SYSTEM)


@shared_task(name="pulls.work")
def work(run_id: int) -> None:
    """Do a run, or go on with it."""
    from apps.datashare.pulls import working  # noqa: PLC0415 - loads polars, which only workers need

    working.work(run_id)


@shared_task(name="pulls.sweep")
def sweep() -> int:
    """Take up runs whose worker, task or broker was lost, and those whose wait is over."""
    now = clock.now()
    left = Pull.objects.filter(
        Q(source__lease__isnull=True) | Q(source__lease__until__lte=now),
        Q(resume_at__isnull=True) | Q(resume_at__lte=now),
        state__in=Pull.UNDER_WAY,
    ).values_list("pk", flat=True)
    for run_id in left:
        hand_over(run_id)
    return len(left)


@shared_task(name="pulls.post_lineage", autoretry_for=(httpx.HTTPError,), retry_backoff=True, max_retries=5)
def post_lineage(event: dict) -> None:
    """Post an OpenLineage event where it is wanted."""
    lineage.post(event)


def hand_over(run_id: int) -> None:
    """Queue a run; without a broker the next sweep does it."""
    with contextlib.suppress(OperationalError, OSError):
        work.delay(run_id)
