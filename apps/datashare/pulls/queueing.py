"""Hands a run to a worker: the one task that does runs, apart from whoever starts them and whoever sweeps."""

import contextlib

from celery import shared_task
from kombu.exceptions import OperationalError


@shared_task(name="pulls.work")
def work(run_id: int) -> None:
    """Do a run, or go on with it."""
    from apps.datashare.pulls import working  # noqa: PLC0415 - loads polars, which only workers need

    working.work(run_id)


def hand_over(run_id: int) -> None:
    """Queue a run; when the broker is away the sweep does it later."""
    with contextlib.suppress(OperationalError, OSError):
        work.delay(run_id)
