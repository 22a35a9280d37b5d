"""Scheduled work on liability."""

from celery import shared_task

from apps.supervision.liability import overdue


@shared_task(name="liability.order_overdue")
def order_overdue() -> int:
    """Turn overdue clocks into orders to correct."""
    return overdue.order_overdue()


@shared_task(name="liability.escalate")
def escalate() -> int:
    """Pass unanswered orders to the authority above."""
    return overdue.escalate_unanswered()
