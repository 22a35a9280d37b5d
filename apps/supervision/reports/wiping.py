"""The end of a report's material: ciphertext, files and every key that opens them go for good; Article 36."""

import os
from functools import partial

from django.db import transaction

from apps.supervision.reports.models import Report
from apps.supervision.reports.recovery_models import RecoverySeal


def wipe(report: Report) -> None:
    """Nothing is left to read, nor a receipt that finds it. Who asked for the identity, and why, stays on record."""
    for file in report.files.all():
        for kept in (file.cleaned, file.original):
            transaction.on_commit(partial(kept.storage.delete, kept.name))
    report.files.all().delete()
    report.messages.all().delete()
    report.wraps.all().delete()
    RecoverySeal.objects.filter(report=report).delete()
    report.locator, report.reporter_wrap, report.content, report.identity = os.urandom(32), b"", b"", None
    report.save(update_fields=["locator", "reporter_wrap", "content", "identity"])
