"""Takes electronic invoices in: parsed, checked against who is acting, kept once (Art 14)."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, Party, Person
from apps.kernel.workcalendar import clock
from apps.services.invoices import parsing
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal

MATTER = "invoices"  # a mandate may be limited to matters
SHANGHAI_REGION = "31"
MAX_FILES = 500
MAX_ARCHIVE_BYTES = 50 * 1024 * 1024


def import_xml(content: bytes, *, actor: Actor) -> Invoice:
    """Keep the invoice in ``content`` for the party acted for; the same invoice again changes nothing.

    :raises PermissionDenied: when nobody is acted for, or the mandate does not reach invoices.
    :raises ValidationError: on ``file``, naming what is wrong with the invoice.
    """
    return take_in(content, actor=actor)[0]


@transaction.atomic
def take_in(content: bytes, *, actor: Actor) -> tuple[Invoice, bool]:
    """The invoice, and whether it is new."""
    party = authorise(actor)
    parsed = parsing.parse(content)
    _check(parsed, party)
    digest = _digest(parsed)
    invoice = Invoice.objects.filter(number=parsed.number).first()
    if invoice is None:
        try:
            with transaction.atomic():
                return _keep(parsed, digest, content, actor=actor), True
        except IntegrityError:  # someone else kept it a moment ago
            invoice = Invoice.objects.get(number=parsed.number)
    if invoice.digest != digest:
        raise ValidationError(
            {
                "file": ValidationError(
                    _("发票 %(number)s 已经导入，但内容与这份文件不同。请核对原件。") % {"number": parsed.number},
                    code="conflict",
                )
            }
        )
    return invoice, False


@dataclass(frozen=True)
class Outcome:
    """What became of one file of a batch."""

    name: str
    invoice: Invoice | None = None
    new: bool = False
    mistakes: tuple[str, ...] = ()


def import_files(files: Iterable[tuple[str, bytes]], *, actor: Actor) -> list[Outcome]:
    """Import each XML, and each XML inside a ZIP, on its own: one bad file does not hold up the others."""
    return [_import_one(name, content, actor=actor) for name, content in _unpacked(files)]


def _import_one(name: str, content: bytes | ValidationError, *, actor: Actor) -> Outcome:
    if isinstance(content, ValidationError):
        return Outcome(name, mistakes=tuple(content.messages))
    try:
        return Outcome(name, *take_in(content, actor=actor))
    except ValidationError as error:
        return Outcome(name, mistakes=tuple(error.messages))


def _unpacked(files: Iterable[tuple[str, bytes]]) -> Iterable[tuple[str, bytes | ValidationError]]:
    left, room = MAX_FILES, MAX_ARCHIVE_BYTES
    for name, content in files:
        for inner, xml in _entries(name, content) if content[:4] == b"PK\x03\x04" else [(name, content)]:
            left, room = left - 1, room - (0 if isinstance(xml, ValidationError) else len(xml))
            if left < 0 or room < 0:
                yield inner, ValidationError(_("一次最多导入 500 份、共 50 MB。请分批上传其余的文件。"))
                return
            yield inner, xml


def _entries(name: str, content: bytes) -> Iterable[tuple[str, bytes | ValidationError]]:
    """The XML files of an archive; each is read only as far as an invoice may be long."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".xml")]
            if not found:
                yield name, ValidationError(_("压缩包里没有 XML 文件。"))
            for entry in found:
                inner = f"{name}/{entry.filename}"
                if entry.flag_bits & 0x1:
                    yield inner, ValidationError(_("压缩包有密码，无法读取。"))
                    continue
                with archive.open(entry) as stream:
                    yield inner, stream.read(parsing.MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError):
        yield name, ValidationError(_("压缩包损坏，无法读取。请重新打包后上传。"))


def authorise(actor: Actor) -> Party:
    if actor.party is None:
        raise PermissionDenied(_("请先选择代表谁办理。"))
    if actor.mandate is not None and not actor.mandate.covers(matter=MATTER):
        log.denied("invoice.import", actor=actor, target=f"invoices/{actor.party.pk}", reason="mandate scope")
        raise PermissionDenied(_("您的授权不包括发票事项。"))
    return actor.party


def _check(parsed: parsing.Parsed, party: Party) -> None:
    own = _numbers(party)
    mistakes = []
    if parsed.seller_number not in own and parsed.buyer_number not in own:
        mistakes.append(_("发票的销售方和购买方都不是 %(name)s，不能导入。") % {"name": party.name})
    if parsed.seller_number in own and parsed.number[2:4] != SHANGHAI_REGION:
        mistakes.append(_("本市纳税人开具的发票号码第 3、4 位应为 31。"))
    if parsed.issued_at > clock.now():
        mistakes.append(_("开票时间晚于现在。"))
    if mistakes:
        raise ValidationError({"file": mistakes})


def _numbers(party: Party) -> set[str]:
    return {
        *Organisation.objects.filter(party=party).values_list("uscc", flat=True),
        *Person.objects.filter(party=party).values_list("id_number", flat=True),
    }


def _digest(parsed: parsing.Parsed) -> str:
    """Of what the invoice says, not of how the file is spaced: a second download of it is the same invoice."""
    said = json.dumps(asdict(parsed), default=_plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _plain(value) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else format(value.normalize(), "f")


def _keep(parsed: parsing.Parsed, digest: str, content: bytes, *, actor: Actor) -> Invoice:
    numbers = [parsed.seller_number, parsed.buyer_number]
    known = {
        **dict(Organisation.objects.filter(uscc__in=numbers).values_list("uscc", "party_id")),
        **dict(Person.objects.filter(id_number__in=numbers).values_list("id_number", "party_id")),
    }
    stated = {name: value for name, value in vars(parsed).items() if name != "lines"}
    invoice = Invoice.objects.create(
        **stated,
        seller_id=known.get(parsed.seller_number),
        buyer_id=known.get(parsed.buyer_number),
        digest=digest,
        imported_by=actor.user,
        imported_at=clock.now(),
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, position=position, **vars(line))
        for position, line in enumerate(parsed.lines, start=1)
    )
    InvoiceOriginal.objects.create(invoice=invoice, content=content, sha256=hashlib.sha256(content).hexdigest())
    log.record(f"invoices/{actor.party.pk}", "invoice.imported", actor=actor, target=invoice.number)
    return invoice
