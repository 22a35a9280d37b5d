"""Paper work after commit: letters are written, uploads are scanned; what a broken broker missed is caught up."""

from celery import shared_task

from apps.kernel.documents import clamd, scanning, writing


@shared_task(name="documents.write_letter")
def write_letter(document_id: int) -> None:
    """Write the PDF of one document."""
    writing.write(document_id)


@shared_task(name="documents.write_waiting_letters")
def write_waiting_letters() -> None:
    """Write the PDFs whose task was lost."""
    writing.write_waiting()


@shared_task(name="documents.scan_upload")
def scan_upload(upload_id: int) -> None:
    """Scan one upload."""
    scanning.scan(upload_id)


@shared_task(name="documents.scan_waiting_uploads")
def scan_waiting_uploads() -> None:
    """Scan what the scanner or the broker missed."""
    if clamd.is_configured():
        scanning.scan_waiting()
