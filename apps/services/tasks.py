"""Chapter 2's scheduled work, gathered from its rooms for Celery to find."""

from apps.services.guidance.tasks import push, work
from apps.services.invoices.tasks import refresh_facts

__all__ = ["push", "refresh_facts", "work"]
