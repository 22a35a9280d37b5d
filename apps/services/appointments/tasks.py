"""Scheduled work of appointments; each may run twice, late or not at all without losing a place."""

from celery import shared_task

from apps.services.appointments import plan, reminders, standing, waiting


@shared_task(name="appointments.make_slots")
def make_slots() -> int:
    """Make the coming days' slots."""
    return plan.make_slots()


@shared_task(name="appointments.offer_freed")
def offer_freed() -> int:
    """Offer what has come free to those who wait."""
    return waiting.sweep()


@shared_task(name="appointments.remind")
def remind() -> int:
    """Remind visitors of tomorrow's appointments."""
    return reminders.sweep()


@shared_task(name="appointments.mark_missed")
def mark_missed() -> int:
    """Note the appointments of past days to which nobody came."""
    return standing.mark_missed()
