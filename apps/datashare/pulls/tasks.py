"""Pulls by workers and on the clock: what is due starts, what was left is taken up again."""

import contextlib

from celery import shared_task
from django.core.exceptions import ValidationError
from django.db.models import Q

from apps.datashare.pulls import running
from apps.datashare.pulls.ending import SYSTEM
from apps.datashare.pulls.models import Pull, PullSource
from apps.kernel import workers
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
        workers.send("pulls.work", run_id)
    return len(left)
