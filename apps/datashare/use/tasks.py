"""The detector on the clock (Art 21)."""

from celery import shared_task

from apps.datashare.use import detecting


@shared_task(name="datashare.detect_misuse")
def detect_misuse() -> int:
    """Look through the last days' reads."""
    return detecting.detect()
