"""Paper work after commit: letters are written, uploads are scanned; what a broken broker missed is caught up."""

from celery import shared_task

from apps.kernel.documents import clamd, scanning, writing


@shared_task
def write_letter(document_id: int) -> None:
    """Write the PDF of one document."""
    writing.write(document_id)


@shared_task
def write_waiting_letters() -> None:
    """Write the PDFs whose task was lost."""
    writing.write_waiting()


@shared_task
def scan_upload(upload_id: int) -> None:
    """Scan one upload."""
    scanning.scan(upload_id)


@shared_task
def scan_waiting_uploads() -> None:
    """Scan what the scanner or the broker missed."""
    if clamd.is_configured():
        scanning.scan_waiting()
