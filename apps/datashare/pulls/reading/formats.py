"""A file of any form departments deliver - CSV, Excel, Parquet, each also zipped - as pages of text."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
from django.conf import settings
from django.utils.translation import gettext as _
from polars.exceptions import PolarsError

from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.reading.base import Batch, SourceFailed, digest, shaped, text_frame
from apps.datashare.pulls.reading.csv_pages import CsvFile, position

ROWS = 25_000
CHUNK = 1024 * 1024
SUFFIXES = (".csv", ".txt", ".xlsx", ".parquet")


def sha256(path: Path) -> str:
    """The hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unzipped(path: Path, folder: Path) -> Path:
    """The one data file inside an archive, unpacked under ``folder``; the path itself when it is no archive.

    :raises SourceFailed: not exactly one data file, or one that unpacks to more than is allowed.
    """
    if path.suffix.lower() != ".zip":
        return path
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [each for each in archive.infolist() if Path(each.filename).suffix.lower() in SUFFIXES]
            if len(inside) != 1:
                raise SourceFailed(_("压缩文件中应有且只有一个数据文件。"))
            target = folder / f"unpacked{Path(inside[0].filename).suffix.lower()}"
            left = settings.PULLS_UNPACKED_MAX_BYTES
            with archive.open(inside[0]) as packed, target.open("wb") as out:
                while part := packed.read(CHUNK):
                    left -= len(part)
                    if left < 0:
                        raise SourceFailed(_("压缩文件解开后过大。"))
                    out.write(part)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise SourceFailed(_("压缩文件不完整或者不能解开。")) from error
    return target


def pages(path: Path, contract: Contract, updated_field: str, start: str) -> Iterator[Batch]:
    """The pages of a data file after a position."""
    reader = {".csv": _csv, ".txt": _csv, ".xlsx": _excel, ".parquet": _parquet}.get(path.suffix.lower())
    if reader is None:
        raise SourceFailed(_("不支持这种文件：%(name)s。") % {"name": path.name})
    yield from reader(path, contract, updated_field, start)


def _csv(path: Path, contract: Contract, updated_field: str, start: str) -> Iterator[Batch]:
    file = CsvFile(path)
    offset, record = json.loads(start) if start else (file.begins, 0)
    if offset >= file.size:
        frame, added = text_frame(file.columns, [], contract, updated_field, 1)
        yield Batch(frame, position(offset, record), digest(b""), last=True, done=offset, total=file.size, added=added)
        return
    for raw, piece, after, next_record in file.pieces(offset, record):
        frame, added = shaped(raw, contract, updated_field, record + 1)
        record = next_record
        yield Batch(
            frame=frame,
            position=position(after, record),
            sha256=digest(piece),
            last=after >= file.size,
            done=after,
            total=file.size,
            added=added,
        )


def _parquet(path: Path, contract: Contract, updated_field: str, start: str) -> Iterator[Batch]:
    done = int(start or 0)
    try:
        whole = pl.scan_parquet(path)
        total = whole.select(pl.len()).collect().item()
        while True:
            raw = whole.slice(done, ROWS).collect()
            text = raw.select(_as_text(name, kind) for name, kind in raw.schema.items())
            frame, added = shaped(text, contract, updated_field, done + 1)
            done += raw.height
            last = done >= total
            yield Batch(
                frame, str(done), digest(text.write_csv().encode()), last=last, done=done, total=total, added=added
            )
            if last:
                return
    except PolarsError as error:
        raise SourceFailed(_("Parquet 文件不完整或者不能读取。")) from error


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    """A typed column as the text the rules judge; nothing passes through a rounded number."""
    column = pl.col(name)
    if kind == pl.Boolean:
        return pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false")).alias(name)
    if isinstance(kind, pl.Datetime):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f" + ("%:z" if kind.time_zone else "")).alias(name)
    text = column.cast(pl.String)
    return pl.when(text != "").then(text).alias(name)


def _excel(path: Path, contract: Contract, updated_field: str, start: str) -> Iterator[Batch]:
    done = int(start or 0)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise SourceFailed(_("Excel 文件不完整或者不能读取。")) from error
    sheet = book.worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    columns = [str(name or "").strip() for name in next(rows, ())]
    while columns and not columns[-1]:
        columns.pop()
    if len(set(columns)) != len(columns) or not columns:
        raise SourceFailed(_("文件的标题行有重复或者空缺。"))
    rows = islice((row for row in rows if any(cell not in (None, "") for cell in row)), done, None)
    total = max((sheet.max_row or 1) - 1, 0)
    ahead = list(islice(rows, ROWS))
    while True:
        current, ahead = ahead, list(islice(rows, ROWS))
        texts = [[_cell(value) for value in (*row, *[None] * len(columns))[: len(columns)]] for row in current]
        frame, added = text_frame(columns, texts, contract, updated_field, done + 1)
        done += len(current)
        yield Batch(
            frame,
            str(done),
            digest(repr(texts).encode()),
            last=not ahead,
            done=done,
            total=max(total, done),
            added=added,
        )
        if not ahead:
            book.close()
            return


def _cell(value: Any) -> str | None:
    """A cell as text. Excel keeps numbers as floats: whole ones lose the ``.0``, others show as Excel shows them."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
