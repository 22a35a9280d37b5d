"""Receive files from outside: inspected, stripped, quarantined, scanned, and only then opened."""

import hashlib
from functools import partial

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.documents import clamd, inspection, tasks
from apps.kernel.documents.models import Upload
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party

_LONGEST_NAME = 200


@transaction.atomic
def receive(file: UploadedFile, *, actor: Actor, about: str, party: Party | None = None) -> Upload:
    """Take a file in for ``party`` (by default the one acted for), or else for the actor's office.

    It stays in quarantine until clamd has passed it; where no clamd is configured its state says
    so. A file that must not come in leaves nothing behind.

    :raises ValidationError: on field ``file``, saying how to mend it.
    """
    owner = party or actor.party
    if owner is None and actor.office is None:
        raise PermissionDenied
    content = _content(file)
    name = _name(file.name or "")
    kind, kept = inspection.inspect(name, content)
    upload = Upload(
        party=owner,
        office=None if owner else actor.office,
        about=about,
        name=name,
        content_type=kind.mime,
        size=len(kept),
        received_sha256=hashlib.sha256(content).hexdigest(),
        sha256=hashlib.sha256(kept).hexdigest(),
        state=Upload.State.RECEIVED if clamd.is_configured() else Upload.State.UNSCANNED,
        received_by=actor.user,
    )
    upload.file.save(name, ContentFile(kept), save=False)
    upload.save(force_insert=True)
    log.record(
        f"upload/{upload.ref}",
        "receive",
        actor=actor,
        target=about,
        data={"sha256": upload.sha256, "received_sha256": upload.received_sha256, "state": upload.state},
    )
    if upload.state == Upload.State.RECEIVED:
        transaction.on_commit(partial(tasks.scan_upload.delay, upload.pk), robust=True)
    return upload


def open_for(upload: Upload, actor: Actor) -> File:
    """Open an upload for somebody the caller has let in; a look at a party's paper is put on record.

    :raises PermissionDenied: while the file is in quarantine or after it was refused.
    """
    if not upload.may_be_opened:
        raise PermissionDenied
    if upload.party_id and (actor.office is not None or actor.mandate is not None):
        log.read(actor=actor, party_id=upload.party_id, what=f"upload/{upload.ref}", purpose=Purpose.PAPERS)
    return upload.file.open("rb")


@transaction.atomic
def destroy(upload: Upload, actor: Actor, *, reason: str) -> None:
    """Delete a file for good, as agreed or as the law asks; that it was there, and its digest, stay on record."""
    upload = Upload.objects.select_for_update(no_key=True, of=("self",)).get(pk=upload.pk)
    if upload.state in (Upload.State.DESTROYED, Upload.State.REFUSED):
        return
    storage, name = upload.file.storage, str(upload.file.name)
    upload.file, upload.state = "", Upload.State.DESTROYED
    upload.save(update_fields=["file", "state"])
    data = {"sha256": upload.sha256, "reason": reason}
    log.record(f"upload/{upload.ref}", "destroy", actor=actor, target=upload.about, data=data)
    transaction.on_commit(lambda: storage.delete(name))


def _content(file: UploadedFile) -> bytes:
    limit = settings.UPLOAD_MAX_BYTES
    # Read no more than the limit whatever size the sender claims.
    content = file.read(limit + 1)
    if len(content) > limit:
        raise inspection.refusal(
            "size", _("文件超过 %(limit)d MB。请压缩或者拆分后上传。") % {"limit": limit // 1024 // 1024}
        )
    if not content:
        raise inspection.refusal("empty", _("文件是空的。请重新选择文件。"))
    return content


def _name(given: str) -> str:
    """The sender's file name, for people to read: never a path, nothing invisible in it."""
    name = "".join(character for character in given.replace("\\", "/").rpartition("/")[2] if character.isprintable())
    stem, dot, extension = name.strip().rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(extension) - 1]}{dot}{extension}"[:_LONGEST_NAME] or "file"
