"""A delivery as it is kept: one packed CSV, streamed from the upload or the API, so a million lines fit (Art 24)."""

import csv
import gzip
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.collaboration.insurance import columns, sheets
from apps.kernel.lists import joined

LARGEST = 200 * 1024 * 1024
CHUNK = 1 << 20
ENCODINGS = ("utf-8-sig", "gb18030")  # the second is what Excel in Chinese writes


@dataclass(frozen=True)
class Packed:
    """The content with the names of its columns in the first line, and what tells it from any other."""

    content: bytes
    digest: str


class _Packer:
    """Takes bytes, compresses and hashes them on the way."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._packed = gzip.GzipFile(fileobj=self._out, mode="wb", compresslevel=1, mtime=0)
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._digest.update(data)
        self._packed.write(data)

    def close(self) -> Packed:
        self._packed.close()
        return Packed(self._out.getvalue(), self._digest.hexdigest())


def of_rows(kind: str, rows: Iterable[Any]) -> Packed:
    """Rows as the API takes them: objects by column name; what is missing is empty."""
    names = columns.names(kind)
    packer = _Packer()
    packer.write((",".join(names) + "\n").encode())
    for given in rows:
        row = given if isinstance(given, dict) else {}
        packer.write(_line("" if row.get(name) is None else str(row[name]) for name in names))
    return packer.close()


def of_file(kind: str, file: UploadedFile) -> Packed:
    """A CSV or Excel file of an agency.

    :raises ValidationError: on ``file``, saying how to mend it.
    """
    if file.size > LARGEST:
        raise ValidationError({"file": _("文件不能超过 200 MB，请分成几个文件。")})
    file.seek(0)
    excel = file.read(2) == b"PK"
    file.seek(0)
    return _of_excel(kind, file) if excel else _of_csv(kind, file)


def opened(content: bytes | memoryview) -> tuple[list[str], BinaryIO]:
    """The names of the columns and the lines after them."""
    stream = gzip.GzipFile(fileobj=io.BytesIO(bytes(content)))
    return stream.readline().decode().strip().split(","), stream


def _of_excel(kind: str, file: UploadedFile) -> Packed:
    packer = _Packer()
    rows = sheets.excel(file)
    packer.write((",".join(_header(kind, next(rows, []))) + "\n").encode())
    for cells in rows:
        if any(cells):
            packer.write(_line(cells))
    return packer.close()


def _of_csv(kind: str, file: UploadedFile) -> Packed:
    first = file.readline(10_000)
    encoding = _encoding(first)
    packer = _Packer()
    cells = next(csv.reader([first.decode(encoding)]), [])
    packer.write((",".join(_header(kind, cells)) + "\n").encode())
    for data in _recoded(file, "utf-8" if encoding == "utf-8-sig" else encoding):
        packer.write(data)
    return packer.close()


def _recoded(file: UploadedFile, encoding: str) -> Iterator[bytes]:
    if encoding == "utf-8":  # the database refuses what is not, and says where
        while data := file.read(CHUNK):
            yield data
        return
    reader = io.TextIOWrapper(file.file, encoding, newline="")
    reader.seek(reader.tell())
    while text := reader.read(CHUNK):
        yield text.encode()


def _encoding(first: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            first.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise ValidationError({"file": _("不能读取这个文件。请存为 Excel（.xlsx）或者 UTF-8 编码的 CSV。")})


def _header(kind: str, cells: Iterable[str]) -> list[str]:
    """The columns in the order of the file; all of them, and none besides."""
    known = columns.headings(kind)
    found = [known.get(cell.strip().replace("(", "（").replace(")", "）"), cell) for cell in cells]
    missing = [each.heading for each in columns.COLUMNS[kind] if each.name not in found and not each.optional]
    if missing:
        raise ValidationError({"file": _("第一行应是列名，缺少：%s。可以先下载模板。") % joined(missing)})
    strange = [cell for cell in found if cell not in columns.names(kind)]
    if strange or len(set(found)) != len(found):
        raise ValidationError({"file": _("第一行里有多余或者重复的列：%s。") % joined(strange or found)})
    return found


def _line(cells: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(list(cells))
    return out.getvalue().encode()
