"""Grants nobody uses are reported (Art 20)."""

from celery import shared_task

from apps.datashare.requests import granting


@shared_task(name="datashare.report_unused_grants")
def report_unused_grants() -> int:
    """Tell the holders of unused grants, once each."""
    return granting.report_unused()
