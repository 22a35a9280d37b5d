"""Rows of several tables written in one round trip: what a use case leaves behind at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

Columns = tuple[models.Field, ...]
AT_ONCE = 500  # rows of one round trip
_gathered: ContextVar[list[models.Model] | None] = ContextVar("gathered", default=None)


@contextmanager
def together() -> Iterator[None]:
    """What is written inside is written at its end, in the order given, some hundred rows in a round trip.

    Until then the database knows nothing of it: what runs inside must not look for it there.
    """
    gathered: list[models.Model] = []
    mark = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(mark)
    for first in range(0, len(gathered), AT_ONCE):
        write(*gathered[first : first + AT_ONCE])


def write(*rows: models.Model) -> None:
    """Insert the new rows and update the others, in the order given, inside the caller's transaction.

    Every column is written as ``save()`` would write it, but no ``save()`` runs, no signal is sent and nothing
    is read back: a new row learns its id only where it was drawn beforehand (:func:`draw`).
    """
    gathered = _gathered.get()
    if gathered is not None:
        gathered += rows
        return
    database = connections[DEFAULT_DB_ALIAS]
    statements: list[str] = []
    values: list[Any] = []
    for row in rows:
        new = row._state.adding  # noqa: SLF001 - Django's own mark of a row that is not in the database yet
        statement, columns = _insert(type(row), known=row.pk is not None) if new else _update(type(row))
        statements.append(statement)
        values += [column.get_db_prep_save(column.pre_save(row, new), database) for column in columns]
    if statements:
        with database.cursor() as cursor:
            cursor.execute(";".join(statements), values)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - as above


def draw(*sequences: str) -> tuple[int, ...]:
    """The next number of each sequence, in one question; a number once drawn never comes again."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(['nextval(%s)'] * len(sequences))}", sequences)
        return tuple(cursor.fetchone())


@lru_cache(maxsize=256)
def _insert(model: type[models.Model], *, known: bool) -> tuple[str, Columns]:
    columns = tuple(each for each in _columns(model) if known or not each.primary_key)
    names, places = ", ".join(map(_name, columns)), ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {_table(model)} ({names}) VALUES ({places})", columns  # noqa: S608 - names of our own tables


@lru_cache(maxsize=256)
def _update(model: type[models.Model]) -> tuple[str, Columns]:
    (key,) = (each for each in _columns(model) if each.primary_key)
    columns = tuple(each for each in _columns(model) if not each.primary_key)
    changes = ", ".join(f"{_name(each)} = %s" for each in columns)
    return f"UPDATE {_table(model)} SET {changes} WHERE {_name(key)} = %s", (*columns, key)  # noqa: S608 - as above


def _columns(model: type[models.Model]) -> Columns:
    return model._meta.concrete_fields  # noqa: SLF001 - Django's public _meta


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - as above


def _name(column: models.Field) -> str:
    return connection.ops.quote_name(str(column.column))
