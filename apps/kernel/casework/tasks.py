"""Scheduled work on cases."""

from celery import shared_task

from apps.kernel import workers
from apps.kernel.casework import clocks, notices
from apps.kernel.casework.models import Clock


@shared_task(name="casework.sweep_clocks")
def sweep_clocks() -> dict[str, int]:
    """Send reminders, overdue notices and escalations."""
    return notices.sweep()


@shared_task(name="casework.rederive_clocks")
def rederive_clocks() -> int:
    """Derive every running clock anew, after a change of the working calendar."""
    return clocks.rederive(Clock.objects.filter(stopped_at__isnull=True))


def follow_calendar(**_signal) -> None:
    """A day of the calendar changed: let a worker derive the clocks anew, or the nightly run if none is there."""
    workers.hand_over("casework.rederive_clocks")
