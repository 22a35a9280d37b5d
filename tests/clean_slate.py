"""Between tests that commit: the database as the session found it, in milliseconds.

Django would TRUNCATE every table, which costs seconds with some hundred of them, and leave the law, the
calendar and the permissions to be loaded again. Here only tables that hold rows are emptied, and what stood in
them at the beginning is copied back from a schema beside.
"""

import re

from django.core.management.color import no_style
from django.core.management.sql import sql_flush
from django.db import connection, transaction

SCHEMA = "as_found"
NAME = re.compile(r'"(\w+)"')


def keep() -> None:
    """Remember what every table holds now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        for table in _filled(cursor, _tables(sql_flush(no_style(), connection))):
            cursor.execute(f'CREATE TABLE {SCHEMA}."{table}" AS TABLE public."{table}"')


def restore(operations, sql_list: list[str]) -> None:
    """Take the place of ``execute_sql_flush``: ``sql_list`` names the tables Django would truncate.

    Foreign keys and the triggers that seal the evidence stand aside for this, as they do for no one else.
    """
    here = operations.connection
    with transaction.atomic(using=here.alias), here.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        sealed = _sealed(cursor)
        for table in _filled(cursor, _tables(sql_list)):
            cursor.execute(f'TRUNCATE public."{table}" CASCADE' if table in sealed else f'DELETE FROM public."{table}"')
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [SCHEMA])
        for (table,) in cursor.fetchall():
            cursor.execute(f'INSERT INTO public."{table}" OVERRIDING SYSTEM VALUE TABLE {SCHEMA}."{table}"')


def _tables(statements: list[str]) -> list[str]:
    return sorted({name for statement in statements for name in NAME.findall(statement)})


def _sealed(cursor) -> set[str]:
    """The tables whose triggers refuse deletion to everybody at all times; the one against TRUNCATE stands aside."""
    cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgenabled = 'A'")
    return {table.strip('"') for (table,) in cursor.fetchall()}


def _filled(cursor, tables: list[str]) -> list[str]:
    """The tables that hold at least one row, in one query."""
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM public.\"{table}\")" for table in tables)
    cursor.execute(asked)
    return [table for (table,) in cursor.fetchall()]
