"""Background delivery of messages."""

from celery import shared_task

from apps.kernel.notifications import delivery, dispatch


@shared_task(name="notifications.deliver_due")
def deliver_due() -> int:
    """One sweep over what is due; woken after commits and by the clock."""
    return delivery.deliver_due() + dispatch.send_due()
