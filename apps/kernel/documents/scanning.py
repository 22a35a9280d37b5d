"""The scan that lets an upload out of quarantine, or deletes it."""

import logging

from django.db import transaction

from apps.kernel.audit import log
from apps.kernel.documents import clamd
from apps.kernel.documents.models import Upload
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

logger = logging.getLogger(__name__)
_BATCH = 200


def scan(upload_id: int) -> bool:
    """Scan one waiting upload; returns False when the scanner gave no verdict, and the file goes on waiting."""
    with transaction.atomic():
        waiting = Upload.objects.select_for_update(no_key=True, skip_locked=True)
        upload = waiting.filter(pk=upload_id, state=Upload.State.RECEIVED).first()
        if upload is None:
            return True
        try:
            with upload.file.open("rb") as file:
                result = clamd.scan(file)
        except clamd.ScannerUnavailable as error:
            logger.warning("upload %s stays in quarantine: %s", upload.ref, error)
            return False
        upload.scanned_at = clock.now()
        if result.verdict is clamd.Verdict.CLEAN:
            upload.state = Upload.State.CLEAN
        else:
            _refuse(upload, result.signature)
        upload.save(update_fields=["state", "finding", "file", "scanned_at"])
        log.record(
            f"upload/{upload.ref}",
            "scan",
            actor=Actor.system("scan"),
            target=upload.about,
            data={"state": upload.state, "finding": upload.finding},
        )
    return True


def scan_waiting() -> None:
    """Scan what waits, oldest first, until the scanner gives out."""
    waiting = Upload.objects.filter(state=Upload.State.RECEIVED).order_by("id").values_list("pk", flat=True)
    for upload_id in waiting[:_BATCH]:
        if not scan(upload_id):
            return


def _refuse(upload: Upload, signature: str) -> None:
    storage, name = upload.file.storage, str(upload.file.name)
    upload.state = Upload.State.REFUSED
    upload.finding = signature[:200]
    upload.file = ""
    transaction.on_commit(lambda: storage.delete(name))
