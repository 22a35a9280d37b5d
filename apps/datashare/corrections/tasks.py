"""Corrections and audits on the clock (Art 19)."""

from celery import shared_task

from apps.datashare.corrections import auditing, following


@shared_task(name="datashare.follow_corrections")
def follow_corrections() -> dict[str, int]:
    """Close what the data shows."""
    return following.follow()


@shared_task(name="datashare.audit_sources")
def audit_sources() -> dict[str, int]:
    """Compare the sources of declared facts."""
    return auditing.run_all()
