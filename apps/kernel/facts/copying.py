"""Rows into PostgreSQL by COPY, streamed so that memory stays small whatever their number."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import psycopg2
from psycopg2 import sql

_LINES = 200
_PIECE = 1 << 16  # characters handed over at once


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
        cursor.copy_expert(statement.as_string(cursor.cursor), stream, size=_PIECE)
    except psycopg2.Error:
        if stream.failure is not None:
            raise stream.failure from None
        raise


class _Stream:
    """A file whose lines are made as they are read, some hundred at a time: a step for each would cost as much as most
    lines do."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines: Iterator[str] = iter(lines)
        self._rest = ""
        self.failure: Exception | None = None

    def read(self, size: int = _PIECE) -> str:
        try:
            while len(self._rest) < size and (made := list(islice(self._lines, _LINES))):
                self._rest += "\n".join(made) + "\n"
        except Exception as error:
            self.failure = error
            raise
        text, self._rest = self._rest[:size], self._rest[size:]
        return text


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def cell(value: str | int | None) -> str:
    """A value as COPY reads it."""
    if value is None:
        return r"\N"
    return value.translate(_ESCAPES) if isinstance(value, str) else str(value)
