"""Each year's results are a table of their own, a partition of all results (Art 34).

It is read with the others from its first row on, so a repair during the run still finds the result it changes. It has
no index until everybody is evaluated: an index made once costs a third of one kept up row by row.
"""

from django.db import connection

_ALL = "supervision_credityear"


def open_for(year: int) -> None:
    """Have a table for the results of a year."""
    table = f"{_ALL}_{year:d}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [table])
        if cursor.fetchone()[0] is None:
            cursor.execute(f"CREATE TABLE {table} (LIKE {_ALL} INCLUDING CONSTRAINTS)")
            cursor.execute(f"ALTER TABLE {_ALL} ATTACH PARTITION {table} FOR VALUES IN ({year:d})")


def close(year: int) -> None:
    """Everybody is evaluated: from now on one payer, or one level, is found at once. Reading goes on meanwhile."""
    table = f"{_ALL}_{year:d}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS {table}_party ON {table} (party_id)")
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {table}_level ON {table} (level, party_id)")
        cursor.execute(f"ANALYZE {table}")
