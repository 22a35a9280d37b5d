"""Qualifications that end or begin with the day (Art 26)."""

from celery import shared_task

from apps.collaboration.qualification import standing


@shared_task(name="qualification.follow")
def follow() -> dict[str, int]:
    """End what has expired, begin what begins; again changes nothing."""
    return standing.follow()
