"""Each run's scores are a table of their own, a partition of all scores (Art 32).

It is filled without indexes and joins the others when it is full: an index made once costs a third of one kept up row
by row. A run that is no longer kept goes with its table, not row by row.
"""

from django.db import connection

from apps.supervision.risk.models import RiskRun

_ALL = "supervision_riskscore"


def open_for(run: RiskRun) -> str:
    """The table a run writes to, made when it is not there yet."""
    table = f"{_ALL}_{run.pk:d}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [table])
        if cursor.fetchone()[0] is None:
            # The check spares the reading of every row when the table joins the others.
            cursor.execute(f"CREATE TABLE {table} (LIKE {_ALL}, CHECK (run_id = {run.pk:d}))")
    return table


def close(run: RiskRun) -> None:
    """Everything is written: from now on the scores are read with those of the other runs."""
    table = open_for(run)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (run_id, party_id)")
        cursor.execute(f"CREATE INDEX ON {table} (run_id, score DESC, party_id)")
        cursor.execute(f"ANALYZE {table}")
        cursor.execute(f"ALTER TABLE {_ALL} ATTACH PARTITION {table} FOR VALUES IN ({run.pk:d})")


def drop_all_but(kept: list[int]) -> None:
    """Take away the scores of every run but these. In a short transaction: nobody reads scores until it ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            " AND relname ~ %s AND NOT relname = ANY (%s)",
            [rf"^{_ALL}_\d+$", [f"{_ALL}_{run:d}" for run in kept]],
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {table}")
