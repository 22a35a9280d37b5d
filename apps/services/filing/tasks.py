"""Batches of returns, filed outside the request; one whose task was lost is taken up again."""

from celery import shared_task

from apps.services.filing import batches, lodging
from apps.services.filing.models import FilingBatch


@shared_task(name="filing.file_batch")
def file_batch(batch_id: int) -> None:
    """Work off one batch."""
    batches.work_off(FilingBatch.objects.get(pk=batch_id))


@shared_task(name="filing.resume_batches")
def resume_batches() -> None:
    """Work off what still waits in any batch; rows another worker has are left to it."""
    for batch in batches.unfinished():
        batches.work_off(batch)


@shared_task(name="filing.tell_overdue")
def tell_overdue() -> int:
    """Tell the rooms that judge conduct of returns that were begun and not lodged by their last day."""
    return lodging.tell_overdue()
