"""Tables departments hand in (CSV or Excel) read into rows as they were typed, and small helpers of their pages."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from apps.kernel.lists import joined

LARGEST = 10 * 1024 * 1024
UNPACKED = 200 * 1024 * 1024  # an Excel file is an archive: what it may become


def read(file: UploadedFile, columns: Mapping[str, str], *, optional: Iterable[str], most: int) -> list[dict[str, str]]:
    """The rows of a file, by the names of ``columns`` (name -> Chinese heading; either may head a column).

    :raises ValidationError: on ``file``, saying how to mend it.
    """
    if file.size > LARGEST:
        _refuse(_("文件不能超过 10 MB，请分成几个文件。"))
    content = file.read()
    table = _excel(content) if content[:2] == b"PK" else _csv(content)
    headings = {heading: name for name, heading in columns.items()} | {name: name for name in columns}
    named = [headings.get(_text(cell).replace("(", "（").replace(")", "）")) for cell in next(table, ())]
    missing = [heading for name, heading in columns.items() if name not in named and name not in optional]
    if missing:
        _refuse(_("第一行应是列名，缺少：%s。可以先下载模板。") % joined(missing))
    found = []
    for line in table:
        cells = [_text(cell) for cell in line]
        if any(cells):
            found.append({name: cell for name, cell in zip(named, cells, strict=False) if name})
        if len(found) > most:
            _refuse(_("一个文件最多 %d 行，请分成几个文件。") % most)
    if not found:
        _refuse(_("文件里没有内容。"))
    return found


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")  # what Excel in Chinese writes
        except UnicodeDecodeError:
            _unreadable()
    if "\0" in text:
        _unreadable()
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error:
        _refuse(_("CSV 文件的格式不正确。请用模板重新保存。"))


def _excel(content: bytes) -> Iterator[tuple[Any, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > UNPACKED:
                _refuse(_("文件展开后太大，请分成几个文件。"))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        yield from book.worksheets[0].iter_rows(values_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError):
        _unreadable()


def _text(cell: Any) -> str:
    """A cell as a person would have typed it: a number to the fen, a day without its midnight."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".")  # Excel keeps money as binary
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return str(cell).strip()


def _unreadable():
    _refuse(_("不能读取这个文件。请存为 Excel（.xlsx）或者 UTF-8 编码的 CSV。"))


def _refuse(message: str):
    raise ValidationError({"file": message})


def add(form, error: ValidationError) -> None:
    """A use case's refusal, on the fields of the form it names."""
    for name, messages in getattr(error, "message_dict", {"": error.messages}).items():
        form.add_error(name if name in form.fields else None, messages)


def download(text: str, name: str) -> HttpResponse:
    """A small table as a file."""
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
