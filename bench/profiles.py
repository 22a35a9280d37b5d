"""The profiles of a whole city as one frame of text: what the portal's own way is measured against."""

import io
from collections.abc import Iterable

import polars as pl
from django.db import connection
from psycopg2 import sql


def frame(fields: Iterable[str]) -> pl.DataFrame:
    """``party_id`` and the fields of every party, straight from COPY."""
    names = sorted(fields)
    statement = sql.SQL("COPY (SELECT party_id, {} FROM facts_profile) TO STDOUT (FORMAT csv, HEADER)").format(
        sql.SQL(", ").join(map(sql.Identifier, names))
    )
    out = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(statement.as_string(cursor.cursor), out)
    return pl.read_csv(io.BytesIO(out.getvalue().encode()), schema_overrides=dict.fromkeys(names, pl.String))
