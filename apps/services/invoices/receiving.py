"""Receives invoice files from others (接收, Art 14): through quarantine, one by one, told row by row.

An archive is unpacked within limits and each file in it goes through the same door as a single one. A
few files are taken in at once, many in a worker; what the scanner has not passed yet waits for it.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel import workers
from apps.kernel.audit import log
from apps.kernel.documents import uploads
from apps.kernel.documents.models import Upload
from apps.kernel.parties.acting import NotActing, taxpayer_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.services.invoices import importing, opening, parsing
from apps.services.invoices.models import InvoiceReceipt, ReceivedFile, ReceivedInvoice

AT_ONCE = 20
INVOICE_FILES = (".xml", ".ofd")
MAX_FILES = 500
MAX_BYTES = 50 * 1024 * 1024
_LONGEST_NAME = 300
Outcome = ReceivedInvoice.Outcome


def receive(files: Iterable[UploadedFile], *, actor: Actor) -> InvoiceReceipt:
    """Take files in for the party acted for. What became of each is in the receipt's rows, now or soon.

    :raises PermissionDenied: when nobody is acted for, or the mandate does not reach invoices.
    """
    party = importing.authorise(actor)
    with transaction.atomic():
        receipt = InvoiceReceipt.objects.create(party=party, user=actor.user, channel=actor.channel)
        for position, (name, content) in enumerate(_unpacked(files), start=1):
            receipt.expected = position
            _put_aside(receipt, position, name, content, actor=actor)
        receipt.save(update_fields=["expected"])
        log.record(f"invoices/{party.pk}", "invoice.received", actor=actor, target=receipt.ref)
    if receipt.expected <= AT_ONCE:
        take_in(receipt, actor=actor)
    if receipt.state == InvoiceReceipt.State.WAITING:
        workers.hand_over("services.take_in_receipt", receipt.pk)
    return receipt


def take_in(receipt: InvoiceReceipt, *, actor: Actor | None = None) -> bool:
    """Take in every file that has left quarantine; returns whether none is left.

    Each file is a transaction of its own, so a broken worker loses nothing and another goes on.
    """
    actor = actor or _actor(receipt)
    InvoiceReceipt.objects.filter(pk=receipt.pk, started_at=None).update(started_at=clock.now())
    done = set(receipt.rows.values_list("position", flat=True))
    for position in range(1, receipt.expected + 1):
        if position not in done and not _take_in_one(receipt, position, actor):
            return False
    waiting = receipt.files.filter(upload__state=Upload.State.RECEIVED)
    if receipt.rows.count() < receipt.expected or waiting.exists():
        return False
    InvoiceReceipt.objects.filter(pk=receipt.pk, state=InvoiceReceipt.State.WAITING).update(
        state=InvoiceReceipt.State.DONE, done_at=clock.now()
    )
    receipt.refresh_from_db()
    return True


def take_in_waiting() -> None:
    """Go on with what a lost task or a slow scanner left; the oldest first."""
    for receipt in InvoiceReceipt.objects.filter(state=InvoiceReceipt.State.WAITING).order_by("id")[:100]:
        take_in(receipt)


@transaction.atomic
def _take_in_one(receipt: InvoiceReceipt, position: int, actor: Actor | None) -> bool:
    """Take one file in; False when another worker is at this receipt."""
    mine = InvoiceReceipt.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=receipt.pk)
    if mine.first() is None:
        return False
    if receipt.rows.filter(position=position).exists():
        return True
    upload = ReceivedFile.objects.select_related("upload").get(receipt=receipt, position=position).upload
    if upload.state == Upload.State.RECEIVED:
        return True  # in quarantine: the next sweep comes back
    if not upload.may_be_opened:
        _row(receipt, position, upload.name, Outcome.REFUSED, [_("安全扫描发现文件含有恶意代码，文件已经删除。")])
    elif actor is None:
        _row(receipt, position, upload.name, Outcome.REFUSED, [_("导入人的授权已经失效，没有导入。")])
    else:
        with uploads.open_for(upload, actor) as file:
            _judge(receipt, position, upload.name, file.read(), actor)
    return True


def _judge(receipt: InvoiceReceipt, position: int, name: str, content: bytes, actor: Actor) -> None:
    try:
        with transaction.atomic():
            invoice, new = importing.take_in(content, actor=actor)
    except ValidationError as error:
        conflict = any(each.code == "conflict" for each in error.error_dict["file"])
        _row(receipt, position, name, Outcome.CONFLICT if conflict else Outcome.REFUSED, error.messages)
    else:
        _row(receipt, position, name, Outcome.NEW if new else Outcome.KNOWN, [], invoice=invoice)


def _put_aside(
    receipt: InvoiceReceipt, position: int, name: str, content: bytes | ValidationError, *, actor: Actor
) -> None:
    """Send one file into quarantine; one that may not come in has its row already."""
    try:
        if isinstance(content, ValidationError):
            raise content
        if not name.lower().endswith(INVOICE_FILES):
            raise ValidationError(_("不是发票文件。请上传数电票的 XML 原件、OFD 文件，或者装有它们的 ZIP 压缩包。"))
        upload = uploads.receive(SimpleUploadedFile(name, content), actor=actor, about=f"invoices/{receipt.party_id}")
    except ValidationError as error:
        _row(receipt, position, name, Outcome.REFUSED, error.messages)
    else:
        ReceivedFile.objects.create(receipt=receipt, position=position, upload=upload)


def _row(receipt, position, name, outcome, mistakes, *, invoice=None) -> None:
    ReceivedInvoice.objects.create(
        receipt=receipt,
        position=position,
        name=name[:_LONGEST_NAME],
        outcome=outcome,
        invoice=invoice,
        mistakes=mistakes,
    )


def _actor(receipt: InvoiceReceipt) -> Actor | None:
    """Whoever handed the files in, if still allowed to act for the party."""
    try:
        return taxpayer_actor(receipt.user, receipt.party.ref, receipt.channel)
    except NotActing:
        return None


def _unpacked(files: Iterable[UploadedFile]) -> Iterator[tuple[str, bytes | ValidationError]]:
    left, room = MAX_FILES, MAX_BYTES
    for file in files:
        name, content = file.name or "", file.read()
        archive = content.startswith(b"PK") and not opening.is_package(content)
        for inner, part in _entries(name, content) if archive else [(name, content)]:
            left, room = left - 1, room - (0 if isinstance(part, ValidationError) else len(part))
            if left < 0 or room < 0:
                yield inner, ValidationError(_("一次最多导入 500 份、共 50 MB。请分批上传其余的文件。"))
                return
            yield inner, part


def _entries(name: str, content: bytes) -> Iterator[tuple[str, bytes | ValidationError]]:
    """The XML and OFD files of an archive; each is read only as far as an invoice may be long."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = [entry for entry in archive.infolist() if entry.filename.lower().endswith(INVOICE_FILES)]
            if not found:
                yield name, ValidationError(_("压缩包里没有 XML 或 OFD 文件。"))
            for entry in found:
                inner = f"{name}/{entry.filename}"
                if entry.flag_bits & 0x1:
                    yield inner, ValidationError(_("压缩包有密码，无法读取。请上传没有加密的文件。"))
                    continue
                with archive.open(entry) as stream:
                    part = stream.read(parsing.MAX_BYTES + 1)
                too_long = ValidationError(_("文件超过 1 MB，不是单张电子发票。请逐张上传。"))
                yield inner, part if len(part) <= parsing.MAX_BYTES else too_long
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError):
        yield name, ValidationError(_("压缩包损坏，无法读取。请重新打包后上传。"))
