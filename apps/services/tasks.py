"""Chapter 2's scheduled work, gathered from its rooms for Celery to find."""

from apps.services.appointments import tasks as appointments
from apps.services.filing import tasks as filing
from apps.services.guidance import tasks as guidance
from apps.services.invoices import tasks as invoices
from apps.services.onenet import tasks as onenet
from apps.services.queue import tasks as queue

__all__ = [
    "appointments",
    "filing",
    "guidance",
    "invoices",
    "onenet",
    "queue",
]
