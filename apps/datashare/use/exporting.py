"""Exports of shared data: marked with who took them for what, row by row, so that a leak names its source (Art 21)."""

import csv
import hashlib
import hmac
import io
import re
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from apps.datashare.requests.models import DataGrant
from apps.datashare.use import reading
from apps.datashare.use.models import DataExport, DataExportRow
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI

TRACE = "溯源码"
MOST_ROWS = 5_000
_CODE = re.compile(r"([0-9a-z]{8,12})-(\d{4,5})-([0-9a-f]{8})", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class File:
    """An export as a file."""

    export: DataExport
    content: bytes
    name: str
    content_type: str


@dataclass(frozen=True)
class Trace:
    """Which export a leaked row comes from, which of its rows, and how that is known."""

    export: DataExport
    number: int
    by_code: bool


def export(grant: DataGrant, actor: Actor, asked: reading.Request, format: str) -> File:  # noqa: A002 - the field's name
    """Read all rows and give them as a watermarked file; the export is on record before it is handed out.

    :raises ValidationError: no reason, no rows, too many rows, an unknown format.
    """
    if format not in DataExport.Format.values:
        raise ValidationError({"format": _("请选择 CSV 或者 Excel。")})
    if not asked.reason.strip():
        raise ValidationError({"reason": _("导出必须写明理由。")})
    first = reading.read(grant, actor, asked)
    rows, following = list(first.rows), first.next
    while following and len(rows) <= MOST_ROWS:
        more = reading.read(grant, actor, reading.Request(**{**asked.__dict__, "after": following}))
        rows, following = rows + more.rows, more.next
    if not rows:
        raise ValidationError(_("没有可以导出的数据。"))
    if len(rows) > MOST_ROWS:
        raise ValidationError(_("一次最多导出 %d 行。") % MOST_ROWS)
    return _made(grant, actor, first, rows, format)


@transaction.atomic
def _made(grant: DataGrant, actor: Actor, first: reading.Reading, rows: list[list[str]], format: str) -> File:  # noqa: A002
    made = DataExport(access=first.access, format=format, rows=len(rows))
    headings = [*(field.label for field in first.fields), TRACE]
    lines = [[*row, code(made.ref, number)] for number, row in enumerate(rows, start=1)]
    mark = _("%(office)s %(user)s %(at)s 为办件 %(case)s 导出（%(ref)s）。仅供履行法定职责使用，不得转作他用。") % {
        "office": actor.office,
        "user": actor.label,
        "at": f"{clock.now().astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "case": first.access.case.number,
        "ref": made.ref,
    }
    content = _csv(mark, headings, lines) if format == DataExport.Format.CSV else _xlsx(mark, headings, lines)
    made.sha256 = hashlib.sha256(content).hexdigest()
    made.save(force_insert=True)
    DataExportRow.objects.bulk_create(
        DataExportRow(export=made, number=number, digest=digest(row)) for number, row in enumerate(rows, start=1)
    )
    log.record(
        grant.about,
        "data.export",
        actor=actor,
        target=first.access.case.number,
        data={"export": made.ref, "rows": len(rows), "sha256": made.sha256},
    )
    kind = (
        "text/csv; charset=utf-8"
        if format == DataExport.Format.CSV
        else ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )
    return File(made, content, f"{grant.dataset.code}-{made.ref}.{format}", kind)


def code(ref: str, number: int) -> str:
    """The trace code of a row: the export, the row, and a seal nobody else can make."""
    body = f"{ref}-{number:04d}"
    return f"{body}-{_seal(body)}"


def _seal(body: str) -> str:
    key = hashlib.sha256(b"data-export:" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, body.lower().encode(), hashlib.sha256).hexdigest()[:8]


def digest(cells: list[str]) -> str:
    """A row's digest, the same however its cells are spaced, separated or ordered."""
    plain = sorted(_plain(cell) for cell in cells if _plain(cell))
    return hashlib.sha256("\x1f".join(plain).encode()).hexdigest()


def _plain(cell: str) -> str:
    return "".join(unicodedata.normalize("NFKC", cell).split()).lstrip("'").casefold()


def identify(leaked: str) -> list[Trace]:
    """The exports a leaked row comes from: by its trace code alone, else every export that holds such a row."""
    found = _CODE.search(leaked)
    if found and hmac.compare_digest(_seal(f"{found[1]}-{found[2]}"), found[3].lower()):
        exports = DataExport.objects.filter(ref__iexact=found[1]).select_related(*_WHO)
        return [Trace(each, int(found[2]), by_code=True) for each in exports]
    rest = _CODE.sub("", leaked)
    separator = "\t" if "\t" in rest else ","
    cells = next(csv.reader([rest.strip()], delimiter=separator), [])
    lines = DataExportRow.objects.filter(digest=digest(cells)).select_related(*(f"export__{name}" for name in _WHO))
    return [Trace(line.export, line.number, by_code=False) for line in lines.order_by("id")[:20]]


_WHO = ("access__user", "access__office", "access__case", "access__grant__dataset__current")


def _safe(cell: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _csv(mark: str, headings: list[str], lines: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([f"# {mark}"])
    writer.writerow(headings)
    writer.writerows([[_safe(cell) for cell in line] for line in lines])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(mark: str, headings: list[str], lines: list[list[str]]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append([mark])
    sheet["A1"].font = Font(bold=True, color="C0392B")
    sheet.append(headings)
    for line in lines:
        sheet.append([_safe(cell) for cell in line])
    sheet.oddHeader.center.text = sheet.oddFooter.center.text = mark[:200].replace("&", "&&")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
