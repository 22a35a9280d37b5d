"""CSV read in pieces that end at the end of a record, so any file takes little memory and resumes anywhere."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import polars as pl
from django.utils.translation import gettext as _
from polars.exceptions import PolarsError

from apps.datashare.pulls.reading.base import SourceFailed
from apps.datashare.pulls.rules import BROKEN

PIECE = 3 * 512 * 1024  # a page takes memory as it is large, and time as there are many
LONGEST_RECORD = 4 * 1024 * 1024
BOM = b"\xef\xbb\xbf"
DELIMITERS = (",", "\t", ";", "|")


class CsvFile:
    """An open CSV file: its headings, and its records piece by piece."""

    def __init__(self, path: Path) -> None:
        self.path, self.size = path, path.stat().st_size
        with path.open("rb") as file:
            first = file.readline(LONGEST_RECORD)
            self.begins = file.tell()
        if first.startswith(BOM):
            first = first.removeprefix(BOM)
        self.encoding = self._encoding(first)
        heading = first.decode(self.encoding).rstrip("\r\n")
        self.delimiter = max(DELIMITERS, key=heading.count)
        self.columns = next(csv.reader([heading], delimiter=self.delimiter), [])
        self.columns = [name.strip() for name in self.columns]
        if len(set(self.columns)) != len(self.columns) or not self.columns:
            raise SourceFailed(_("文件的标题行有重复或者空缺。"))

    def pieces(self, offset: int, record: int) -> Iterator[tuple[pl.DataFrame, bytes, int, int]]:
        """Frames of text with the bytes they came from, the offset after them and the number of the next record."""
        with self.path.open("rb") as file:
            file.seek(max(offset, self.begins))
            while piece := _whole_records(file):
                frame = self._frame(piece)
                record += frame.height
                yield frame, piece, file.tell(), record

    def _frame(self, piece: bytes) -> pl.DataFrame:
        if self.encoding != "utf-8":
            piece = piece.decode(self.encoding, "replace").encode()
        try:
            return pl.read_csv(
                piece,
                has_header=False,
                new_columns=self.columns,
                schema=dict.fromkeys(self.columns, pl.String),
                separator=self.delimiter,
            )
        except PolarsError:
            return self._slowly(piece)

    def _slowly(self, piece: bytes) -> pl.DataFrame:
        """The same for a piece with a record of another shape: that record is marked, the others are read."""
        text = io.StringIO(piece.decode("utf-8", "replace"), newline="")
        rows = []
        for cells in csv.reader(text, delimiter=self.delimiter):
            if not cells:
                continue
            fits = len(cells) == len(self.columns)
            padded = [*cells, *[""] * len(self.columns)][: len(self.columns)]
            rows.append((*(cell or None for cell in padded), not fits))
        return pl.DataFrame(rows, schema={**dict.fromkeys(self.columns, pl.String), BROKEN: pl.Boolean}, orient="row")

    def _encoding(self, heading: bytes) -> str:
        """UTF-8, or GB18030 as older systems write it."""
        with self.path.open("rb") as file:
            sample = heading + file.read(65_536)
        for encoding, cut in (("utf-8", 4), ("gb18030", 4)):
            for drop in range(cut):
                try:
                    sample[: len(sample) - drop].decode(encoding)
                except UnicodeDecodeError:
                    continue
                return encoding
        raise SourceFailed(_("文件的编码不是 UTF-8，也不是 GB18030。"))


def _whole_records(file: BinaryIO) -> bytes:
    """The next piece of the file up to the end of a record; a line break inside quotes does not end one."""
    piece = file.read(PIECE)
    if len(piece) < PIECE:
        return piece
    end = piece.rfind(b"\n")
    while end >= 0:
        if piece.count(b'"', 0, end) % 2 == 0:
            file.seek(end + 1 - len(piece), io.SEEK_CUR)
            return piece[: end + 1]
        end = piece.rfind(b"\n", 0, end)
    raise SourceFailed(_("文件中有一条记录过长，可能引号没有成对。"))


def position(offset: int, record: int) -> str:
    """Where the next piece begins."""
    return json.dumps([offset, record])
