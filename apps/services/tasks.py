"""Chapter 2's scheduled work, gathered from its rooms for Celery to find."""

from apps.services.invoices.tasks import refresh_facts
from apps.services.onenet.tasks import mark_all, push_todos

__all__ = ["mark_all", "push_todos", "refresh_facts"]
