"""A file of sources (CSV or Excel) read into rows as they were typed; judging them is ``rows.py``'s work."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from apps.collaboration.fees.rows import COLUMNS

LARGEST = 10 * 1024 * 1024
UNPACKED = 200 * 1024 * 1024  # an Excel file is an archive: what it may become
MOST_ROWS = 50_000
OPTIONAL = frozenset({"payer_code"})


def read(
    file: UploadedFile, columns: Mapping[str, str] = COLUMNS, optional: Collection[str] = OPTIONAL
) -> list[dict[str, str]]:
    """The rows of a file by column; the ``optional`` ones of its ``columns`` may be left out.

    :raises ValidationError: on ``file``, saying how to mend it.
    """
    if file.size > LARGEST:
        _refuse(_("文件不能超过 10 MB，请分成几个文件。"))
    content = file.read()
    table = _excel(content) if content[:2] == b"PK" else _csv(content)
    return _rows(table, columns, optional)


def _rows(
    table: Iterator[Iterable[Any]], columns: Mapping[str, str], optional: Collection[str]
) -> list[dict[str, str]]:
    known = {heading: name for name, heading in columns.items()} | {name: name for name in columns}
    headings = [known.get(_text(cell).replace("(", "（").replace(")", "）")) for cell in next(table, ())]
    missing = [heading for name, heading in columns.items() if name not in headings and name not in optional]
    if missing:
        _refuse(_("第一行应是列名，缺少：%s。可以先下载模板。") % "、".join(missing))
    found = []
    for line in table:
        cells = [_text(cell) for cell in line]
        if any(cells):
            found.append({name: cell for name, cell in zip(headings, cells, strict=False) if name})
        if len(found) > MOST_ROWS:
            _refuse(_("一个文件最多 %d 行，请分成几个文件。") % MOST_ROWS)
    if not found:
        _refuse(_("文件里没有数据行。"))
    return found


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")  # what Excel in Chinese writes
        except UnicodeDecodeError:
            _refuse(_("不能读取这个文件。请存为 Excel（.xlsx）或者 UTF-8 编码的 CSV。"))
    if "\0" in text:
        _refuse(_("不能读取这个文件。请存为 Excel（.xlsx）或者 UTF-8 编码的 CSV。"))
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
        _refuse(_("不能读取这个文件。请存为 Excel（.xlsx）或者 UTF-8 编码的 CSV。"))


def _text(cell: Any) -> str:
    """A cell as a person would have typed it: a number to the fen, a day without its midnight."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".")  # Excel keeps money as binary; the row's check wants two places
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return str(cell).strip()


def _refuse(message: str):
    raise ValidationError({"file": message})
