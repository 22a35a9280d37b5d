"""Rows into PostgreSQL by COPY, streamed so that memory stays small whatever their number."""

import io
from collections.abc import Iterable, Iterator, Sequence

import psycopg2
from psycopg2 import sql


def copy_in(cursor, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
    """COPY ``rows`` into ``columns`` of ``table``. An error raised by ``rows`` comes out as it is."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    stream = _Stream(rows)
    try:
        cursor.copy_expert(statement.as_string(cursor.cursor), stream)
    except psycopg2.Error:
        if stream.failure is not None:
            raise stream.failure from None
        raise


class _Stream(io.TextIOBase):
    """A file that makes its lines as they are read."""

    def __init__(self, rows: Iterable[Sequence[str | int | None]]) -> None:
        self._lines: Iterator[str] = ("\t".join(map(_cell, row)) + "\n" for row in rows)
        self._rest = ""
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> str:
        parts, length = [self._rest], len(self._rest)
        try:
            while size < 0 or length < size:
                line = next(self._lines)
                parts.append(line)
                length += len(line)
        except StopIteration:
            pass
        except Exception as error:
            self.failure = error
            raise
        text = "".join(parts)
        if size < 0:
            size = len(text)
        self._rest = text[size:]
        return text[:size]


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _cell(value: str | int | None) -> str:
    if value is None:
        return r"\N"
    return value.translate(_ESCAPES) if isinstance(value, str) else str(value)
