"""Long batches, and agreements that end on their last day (Art 23)."""

from celery import shared_task

from apps.collaboration.delegated import intake, procedure
from apps.collaboration.delegated.models import CollectionBatch


@shared_task(name="delegated.expire")
def expire() -> int:
    """End what has passed its last day; again changes nothing."""
    return procedure.expire_due()


@shared_task(name="delegated.take_in_batch")
def take_in_batch(batch_id: int) -> None:
    """Take in one batch; again changes nothing."""
    intake.take_in(batch_id)


@shared_task(name="delegated.take_in_waiting")
def take_in_waiting() -> int:
    """Take in what a lost worker or broker left."""
    waiting = list(CollectionBatch.objects.filter(state=CollectionBatch.State.RECEIVED).values_list("pk", flat=True))
    for batch_id in waiting:
        intake.take_in(batch_id)
    return len(waiting)
