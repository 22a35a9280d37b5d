"""Background delivery of messages."""

from celery import shared_task

from apps.kernel.notifications import delivery, dispatch, leasing, outbox


@shared_task(name="notifications.deliver_due")
def deliver_due() -> int:
    """One sweep over what is due; woken after commits and by the clock."""
    outbox.sweep_begins()
    tried = (delivery.deliver_due(), dispatch.send_due())
    if max(tried) >= leasing.SWEEP:
        outbox.kick_after_commit()  # there is more than one sweep takes
    return sum(tried)
