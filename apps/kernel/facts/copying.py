"""Rows into PostgreSQL by COPY, streamed so that memory stays small whatever their number."""

import io
from collections.abc import Iterable, Iterator, Sequence

import psycopg2
from psycopg2 import sql


def copy_in(cursor, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
    """COPY ``rows`` into ``columns`` of ``table``. An error raised by ``rows`` comes out as it is."""
    copy_lines(cursor, table, columns, ("\t".join(map(cell, row)) for row in rows))


def copy_lines(cursor, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY finished lines: cells joined by tabs, each made by :func:`cell`."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    stream = _Stream(lines)
    try:
        cursor.copy_expert(statement.as_string(cursor.cursor), stream)
    except psycopg2.Error:
        if stream.failure is not None:
            raise stream.failure from None
        raise


class _Stream(io.TextIOBase):
    """A file whose lines are made as they are read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines: Iterator[str] = iter(lines)
        self._rest = ""
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> str:
        wanted = -1 if size is None else size
        parts, length = [self._rest], len(self._rest)
        try:
            while wanted < 0 or length < wanted:
                line = next(self._lines)
                parts += (line, "\n")
                length += len(line) + 1
        except StopIteration:
            pass
        except Exception as error:
            self.failure = error
            raise
        text = "".join(parts)
        if wanted < 0:
            wanted = len(text)
        self._rest = text[wanted:]
        return text[:wanted]


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def cell(value: str | int | None) -> str:
    """A value as COPY reads it."""
    if value is None:
        return r"\N"
    return value.translate(_ESCAPES) if isinstance(value, str) else str(value)
