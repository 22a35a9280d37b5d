"""Write the PDF of an issued document once, whoever asks first: the task after commit or a reader."""

import datetime as dt
import hashlib

from django.core.files.base import ContentFile, File
from django.db import transaction

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.documents import rendering
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

_PATIENCE = dt.timedelta(minutes=2)
_BATCH = 100


def write(document_id: int) -> IssuedDocument:
    """Write the PDF of a document unless it is written; two that try at once write it once."""
    with transaction.atomic():
        document = IssuedDocument.objects.select_for_update(no_key=True, of=("self",)).get(pk=document_id)
        if not document.is_ready:
            content = rendering.pdf(document)
            document.sha256 = hashlib.sha256(content).hexdigest()
            document.file.save("letter.pdf", ContentFile(content), save=False)
            document.save(update_fields=["file", "sha256"])
    return document


def write_waiting() -> None:
    """Write what has waited longer than the task after commit should take."""
    waiting = IssuedDocument.objects.filter(file="", issued_at__lt=clock.now() - _PATIENCE)
    for document_id in waiting.order_by("id").values_list("pk", flat=True)[:_BATCH]:
        write(document_id)


def open_file(document: IssuedDocument, *, actor: Actor) -> File:
    """The PDF, written now if it is not yet; a look at somebody else's paper is put on record."""
    if document.party_id and (actor.office is not None or actor.mandate is not None):
        log.read(actor=actor, party_id=document.party_id, what=f"document/{document.ref}", purpose=Purpose.PAPERS)
    if not document.is_ready:
        document = write(document.pk)
    return document.file.open("rb")
