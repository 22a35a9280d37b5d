"""What keeps the evidence sound by itself: checkpoints on schedule and partitions ahead of time."""

from celery import shared_task

from apps.kernel.audit import checkpoints, partitions


@shared_task(name="audit.write_checkpoints")
def write_checkpoints() -> None:
    """Sign and store the heads that moved since the last checkpoint."""
    checkpoints.write()


@shared_task(name="audit.prepare_partitions")
def prepare_partitions() -> None:
    """Have this month's and the coming months' partitions ready."""
    partitions.prepare()
