"""A spreadsheet read as a stream of rows of text: one row in memory at a time, however long it is."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

UNPACKED = 400 * 1024 * 1024  # an Excel file is an archive: what it may become
LONGEST = 200  # characters kept of a cell


def rows(file: BinaryIO) -> Iterator[list[str]]:
    """The rows of an Excel or CSV file as they were typed.

    :raises ValidationError: on ``file``, when it cannot be read, however late that turns out.
    """
    file.seek(0)
    excel_file = file.read(2) == b"PK"
    file.seek(0)
    return excel(file) if excel_file else _csv(file)


def excel(file: BinaryIO) -> Iterator[list[str]]:
    """The rows of the first sheet of an Excel file."""
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(part.file_size for part in archive.infolist()) > UNPACKED:
                refuse(_("文件展开后太大，请分成几个文件。"))
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=True)
        for line in book.worksheets[0].iter_rows(values_only=True):
            yield [_text(cell) for cell in line]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError):
        refuse(_("不能读取这个文件。请存为 Excel（.xlsx）或者 UTF-8 编码的 CSV。"))


def _csv(file: BinaryIO) -> Iterator[list[str]]:
    encoding = "utf-8-sig"
    try:
        file.read(1 << 16).decode(encoding)
    except UnicodeDecodeError as error:
        # A character cut at the end of what was looked at is no sign of another encoding.
        encoding = encoding if error.end >= 1 << 16 else "gb18030"
    file.seek(0)
    reader = io.TextIOWrapper(file, encoding, newline="")
    try:
        for line in csv.reader(reader):
            yield [_text(cell) for cell in line]
    except (UnicodeDecodeError, csv.Error):
        refuse(_("不能读取这个文件。请存为 Excel（.xlsx）或者 UTF-8 编码的 CSV。"))
    finally:
        reader.detach()


def _text(cell: Any) -> str:
    """A cell as a person would have typed it: a number to the fen, a day without its midnight."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".")  # Excel keeps money as binary; the check wants two places
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return str(cell).strip().replace("\0", "")[:LONGEST]


def refuse(message: str) -> NoReturn:
    """
    :raises ValidationError: on ``file``.
    """
    raise ValidationError({"file": message})
