"""One key, several rows in one run (重复): caught over the whole run, so a key doubled on two pages is caught too.

The latest state by the source's own update time counts. Rows that say the same are one row. Rows that
contradict each other at the same time are none: both go to quarantine, and what is held stays.
"""

from psycopg2 import sql

from apps.datashare.pulls import tables
from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.models import Pull, QuarantinedRow
from apps.kernel.workcalendar import clock

RULE = ":duplicate"


def take_out(cursor, run: Pull, contract: Contract) -> None:
    """Leave one row for each key in staging; the run's counts follow."""
    _recall(cursor, run, contract)
    staged, keys = tables.staging(run.pk), tables.names(contract.keys)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.pull_doubled")
    cursor.execute(
        sql.SQL(
            "CREATE TEMP TABLE pull_doubled ON COMMIT DROP AS SELECT {keys} FROM {staged} GROUP BY {keys}"
            " HAVING count(*) > 1"
        ).format(keys=keys, staged=staged)
    )
    if cursor.rowcount == 0:
        return
    cursor.execute("DROP TABLE IF EXISTS pg_temp.pull_ranked")
    cursor.execute(
        sql.SQL("""
        CREATE TEMP TABLE pull_ranked ON COMMIT DROP AS
        SELECT s.ctid AS place, {key} AS key, s._page, s._line, ROW({content})::text AS content,
               jsonb_strip_nulls(jsonb_build_object({pairs})) AS raw,
               rank() OVER latest AS rank, row_number() OVER ordered AS number
        FROM {staged} s JOIN pull_doubled d ON {same}
        WINDOW latest AS (PARTITION BY {keys} ORDER BY s._updated DESC NULLS LAST),
               ordered AS (PARTITION BY {keys} ORDER BY s._updated DESC NULLS LAST, s._page, s._line)""").format(
            key=tables.key_text(contract, "s"),
            content=tables.names(contract.names, "s"),
            pairs=sql.SQL(", ").join(
                sql.SQL("{}, {}::text").format(sql.Literal(name), sql.Identifier("s", name)) for name in contract.names
            ),
            staged=staged,
            same=tables.same_key(contract, "s", "d"),
            keys=tables.names(contract.keys, "s"),
        )
    )
    cursor.execute("""
        CREATE TEMP TABLE pull_contradicting ON COMMIT DROP AS
        SELECT key FROM pull_ranked WHERE rank = 1 GROUP BY key HAVING count(DISTINCT content) > 1""")
    cursor.execute(
        sql.SQL("""
        INSERT INTO {table} (run_id, page, line, key, rules, raw, state, at)
        SELECT %s, _page, _line, key, ARRAY[%s], raw, 'open', %s FROM pull_ranked
        WHERE rank = 1 AND key IN (SELECT key FROM pull_contradicting)""").format(
            table=sql.Identifier(QuarantinedRow._meta.db_table)  # noqa: SLF001 - Django's public _meta
        ),
        [run.pk, RULE, clock.now()],
    )
    contradicting = cursor.rowcount
    cursor.execute("SELECT count(*) FROM pull_ranked WHERE number > 1")
    run.duplicates = cursor.fetchone()[0]
    cursor.execute(
        sql.SQL("""
        DELETE FROM {} WHERE ctid IN (
            SELECT place FROM pull_ranked WHERE number > 1 OR key IN (SELECT key FROM pull_contradicting))""").format(
            staged
        )
    )
    run.quarantined += contradicting
    run.good -= cursor.rowcount
    cursor.execute("DROP TABLE pull_contradicting")


def _recall(cursor, run: Pull, contract: Contract) -> None:
    """Put into staging the rows that came as they are held, where another row of the run has the same key."""
    written = [*contract.names, "_updated", "_print"]
    cursor.execute(
        sql.SQL("""
        INSERT INTO {staged} ({columns}, _page, _line)
        SELECT {values}, m._page, m._line FROM {same} m JOIN {held} t ON t._print = m._print AND t._gone IS NULL
        WHERE EXISTS (SELECT FROM {staged} s WHERE {same_key})
           OR m._print IN (SELECT _print FROM {same} GROUP BY _print HAVING count(*) > 1)""").format(
            staged=tables.staging(run.pk),
            columns=tables.names(written),
            values=tables.names(written, "t"),
            same=tables.same(run.pk),
            held=tables.held(contract.dataset_id),
            same_key=tables.same_key(contract, "s", "t"),
        )
    )
