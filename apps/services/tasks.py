"""Chapter 2's scheduled work, gathered from its rooms for Celery to find."""

from apps.services.filing.tasks import file_batch, resume_batches
from apps.services.invoices.tasks import refresh_facts

__all__ = ["file_batch", "refresh_facts", "resume_batches"]
from apps.services.appointments.tasks import make_slots, mark_missed, offer_freed, remind
from apps.services.invoices.tasks import refresh_facts

__all__ = ["make_slots", "mark_missed", "offer_freed", "refresh_facts", "remind"]
