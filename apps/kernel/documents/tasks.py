"""Paper work after commit: letters are written, uploads are scanned; what a broken broker missed is caught up."""

import datetime as dt

from celery import shared_task

from apps.kernel.documents import writing
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.workcalendar import clock

_BATCH = 100


@shared_task
def write_letter(document_id: int) -> None:
    """Write the PDF of one document."""
    writing.write(document_id)


@shared_task
def write_waiting_letters() -> None:
    """Write the PDFs whose task was lost."""
    waiting = IssuedDocument.objects.filter(file="", issued_at__lt=clock.now() - dt.timedelta(minutes=2))
    for document_id in waiting.order_by("id").values_list("pk", flat=True)[:_BATCH]:
        writing.write(document_id)
