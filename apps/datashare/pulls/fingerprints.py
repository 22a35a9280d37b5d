"""Fingerprints of rows (行指纹): a row delivered again as it was is recognised here, and neither judged nor sent again.

A whole snapshot is mostly what is held already. Each held row keeps the 64-bit hash of the text it came as, under
the version of the contract it was judged by; a delivered row with the hash of a held one is that row, and good by
the same rules. Another version of the contract judges every row anew, and a row changed by hand is compared. Of a
million changed rows one is mistaken for a held one once in twenty million snapshots; pulling from the beginning
compares every value and so heals even that. Another release of polars hashes otherwise: then all rows are compared.
"""

import io

import polars as pl
from django.db import connection
from psycopg2 import sql

from apps.datashare.pulls import tables
from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.models import Pull

MOST = 4_000_000  # fingerprints kept in memory, 8 bytes each; rows beyond are sent and compared


def known(run: Pull, contract: Contract) -> pl.Series | None:
    """The fingerprints of what is held, sorted; None where every row is to be compared.

    A change feed brings few rows: reading all fingerprints would cost more than it saves.
    """
    if run.whole or not run.is_snapshot:
        return None
    out = io.BytesIO()
    with connection.cursor() as cursor:
        statement = sql.SQL(
            "COPY (SELECT _print FROM {} WHERE _gone IS NULL AND _print IS NOT NULL LIMIT {}) TO STDOUT"
        ).format(tables.held(contract.dataset_id), sql.Literal(MOST))
        cursor.copy_expert(statement.as_string(cursor.cursor), out)
    if not out.tell():
        return None
    return pl.read_csv(out.getvalue(), has_header=False, schema={"_print": pl.Int64}).to_series().sort()


def of(columns: list[str], version: int) -> pl.Expr:
    """The fingerprint of each row's texts."""
    return pl.struct(columns).hash(seed=version).reinterpret(signed=True)


def among(prints: pl.Series, held: pl.Series) -> pl.Series:
    """Which fingerprints are held."""
    places = held.search_sorted(prints).clip(upper_bound=len(held) - 1)
    return held.gather(places) == prints
