"""Chapter 2's scheduled work, gathered from its rooms for Celery to find."""

from apps.services.invoices.tasks import (
    lapse_red_letters,
    refresh_facts,
    take_in_receipt,
    take_in_waiting_receipts,
)

__all__ = ["lapse_red_letters", "refresh_facts", "take_in_receipt", "take_in_waiting_receipts"]
