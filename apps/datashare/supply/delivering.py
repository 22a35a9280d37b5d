"""Hand in a delivery: its rows judged by the catalogue's rules, its file through quarantine (Art 18 para 2).

All of it is taken or nothing.
"""

import datetime as dt
import io
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook

from apps.datashare.access import provides, require
from apps.datashare.catalogue.models import Arrival, DataField, DatasetVersion
from apps.datashare.supply import expected
from apps.datashare.supply.models import SupplyDelivery, SupplyDuty
from apps.kernel.audit import log
from apps.kernel.documents import uploads
from apps.kernel.documents.models import Upload
from apps.kernel.lists import joined
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

MOST_ROWS = 10_000
SHOWN = 20
Type = DataField.Type
_PLAIN = {
    Type.INTEGER: re.compile(r"-?\d{1,18}"),
    Type.NUMBER: re.compile(r"-?\d{1,16}(\.\d{1,4})?"),
    Type.BOOLEAN: re.compile("true|false"),
}


def deliver(
    duty: SupplyDuty, actor: Actor, *, period_end: dt.date, rows: int, file: UploadedFile, key: str | None = None
) -> SupplyDelivery:
    """Take a file in for one expected period.

    :raises PermissionDenied: unless it is this office's duty.
    :raises ValidationError: on ``period_end``, ``rows`` or ``file``.
    """
    require(provides(actor) and duty.office_id == actor.office.pk, "supply.deliver", actor, duty.about)
    with transaction.atomic():
        first = _before(actor, key)
        if first is not None:
            return first
        duty = SupplyDuty.objects.select_for_update(no_key=True, of=("self",)).get(pk=duty.pk)
        if rows < 1:
            raise ValidationError({"rows": _("行数应大于 0；没有数据的期间请联系大数据中心。")})
        _expected(duty, period_end)
        upload = uploads.receive(file, actor=actor, about=duty.about)
        _counted(upload, rows)
        arrival = None
        if duty.dataset_id is not None:
            arrival = Arrival.objects.create(dataset=duty.dataset, rows=rows)
        row = SupplyDelivery.objects.create(
            duty=duty,
            period_end=period_end,
            rows=rows,
            by=actor.person,
            upload=upload,
            arrival=arrival,
            idempotency_key=key or None,
        )
        log.record(
            duty.about,
            "supplied",
            actor=actor,
            target=row.ref,
            data={"period_end": period_end.isoformat(), "rows": rows, "sha256": upload.sha256},
        )
    return row


def deliver_records(
    duty: SupplyDuty, actor: Actor, *, period_end: dt.date, records: list[dict[str, Any]], key: str
) -> SupplyDelivery:
    """Take rows in from a department's system: checked against the catalogue, kept as one file.

    :raises ValidationError: on ``records``, naming row and field of the first errors.
    """
    if not 0 < len(records) <= MOST_ROWS:
        raise ValidationError({"records": _("一次 1 至 %d 行。") % MOST_ROWS})
    if duty.dataset is None or duty.dataset.current is None:
        raise ValidationError({"duty": _("这项职责还没有对应的目录条目，请上传文件。")})
    if problems := judge(duty.dataset.current, records):
        raise ValidationError({"records": problems[:SHOWN]})
    file = SimpleUploadedFile(f"{duty.dataset.code}-{period_end}.xlsx", _book(duty.dataset.current, records))
    return deliver(duty, actor, period_end=period_end, rows=len(records), file=file, key=key)


def judge(version: DatasetVersion, records: list[dict[str, Any]]) -> list[str]:
    """What is wrong with rows by the rules of the catalogue."""
    fields = list(version.fields.order_by("position"))
    names = {field.name for field in fields}
    keys = [field.name for field in fields if field.key]
    problems, seen = [], {}
    for number, record in enumerate(records, start=1):
        if unknown := sorted(set(record) - names):
            problems.append(
                _("第 %(row)d 行：目录中没有数据项 %(fields)s") % {"row": number, "fields": joined(unknown)}
            )
        faults = ((field.label, _fault(field, record.get(field.name))) for field in fields)
        problems += [
            _("第 %(row)d 行 %(field)s：%(fault)s") % {"row": number, "field": label, "fault": fault}
            for label, fault in faults
            if fault
        ]
        key = tuple(str(record.get(name)) for name in keys)
        if keys and key in seen:
            problems.append(_("第 %(row)d 行与第 %(first)d 行的主键相同") % {"row": number, "first": seen[key]})
        seen.setdefault(key, number)
        if len(problems) >= SHOWN:
            break
    return problems


def _fault(field: DataField, value: Any) -> str:
    if value in (None, ""):
        return _("必填") if field.required or field.key else ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, float | dict | list):
        return _("数值请以文本提供，避免精度损失")
    if field.type in _PLAIN and not _PLAIN[field.type].fullmatch(text):
        return _("不是有效的%s") % field.get_type_display()
    if field.type in (Type.DATE, Type.DATETIME) and not _is_time(text, field.type):
        return _("不是有效的日期")
    if field.max_length and len(text) > field.max_length:
        return _("超过 %d 个字符") % field.max_length
    if field.pattern and not re.fullmatch(field.pattern, text):
        return _("格式不符")
    if field.codes and text not in field.codes.split():
        return _("不在代码值范围内")
    if field.type in (Type.INTEGER, Type.NUMBER) and not _in_range(field, text):
        return _("超出取值范围")
    return ""


def _is_time(text: str, kind: str) -> bool:
    try:
        (dt.date if kind == Type.DATE else dt.datetime).fromisoformat(text)
    except ValueError:
        return False
    return True


def _in_range(field: DataField, text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return (field.minimum is None or number >= field.minimum) and (field.maximum is None or number <= field.maximum)


def _book(version: DatasetVersion, records: list[dict[str, Any]]) -> bytes:
    names = list(version.fields.order_by("position").values_list("name", flat=True))
    book = Workbook(write_only=True)
    sheet = book.create_sheet(version.title[:30])
    sheet.append(names)
    for record in records:
        sheet.append([None if record.get(name) is None else str(record[name]) for name in names])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _expected(duty: SupplyDuty, period_end: dt.date) -> None:
    if period_end > clock.today():
        raise ValidationError({"period_end": _("这一期还没有结束，结束后再提供。")})
    found = expected.of([duty.pk])
    if not any(each.last == period_end for each in found):
        raise ValidationError({"period_end": _("这项职责没有以这一天结束的期间，请从列表中选择。")})


def _counted(upload: Upload, rows: int) -> None:
    """Hold the number of rows that was given against the table that came; other forms are taken at their word.

    :raises ValidationError: on ``rows``, with the number found; the file goes again.
    """
    if not upload.name.lower().endswith(".xlsx"):
        return
    with upload.file.open() as content:
        lines = load_workbook(content, read_only=True).worksheets[0].iter_rows(values_only=True)
        found = sum(any(cell not in (None, "") for cell in line) for line in lines) - 1  # the heading
    if found != rows:
        upload.file.delete(save=False)
        message = _("文件里除表头外有 %(found)d 行，填写的是 %(rows)d 行。请核对后重新提供。")
        raise ValidationError({"rows": message % {"found": max(found, 0), "rows": rows}})


def _before(actor: Actor, key: str | None) -> SupplyDelivery | None:
    if not key:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"supply/{actor.person.pk}/{key}"])
    return SupplyDelivery.objects.filter(by=actor.user, idempotency_key=key).first()
