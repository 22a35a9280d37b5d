"""Chapter 2's scheduled work, gathered from its rooms for Celery to find."""

from apps.services.appointments.tasks import make_slots, mark_missed, offer_freed, remind
from apps.services.invoices.tasks import refresh_facts
from apps.services.queue.tasks import end_past_days

__all__ = ["end_past_days", "make_slots", "mark_missed", "offer_freed", "refresh_facts", "remind"]
