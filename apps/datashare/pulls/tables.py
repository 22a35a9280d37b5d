"""The tables the pulled rows live in: one for each dataset, and a staging table for each run under way.

A dataset's table has a typed column for each field of its contract, its key as primary key, and the
lineage of each row: ``_run``, ``_page``, ``_line`` say which delivery last changed it, ``_updated`` when
the source changed it, ``_gone`` since when a complete snapshot no longer holds it (a tombstone), ``_print``
the fingerprint of the texts it came as. A run writes ``_run`` with every change; a change that leaves it was made
by somebody else, and a trigger takes the fingerprint away, so that the next delivery compares the row.

A staging table has the same shape. The first delivery of a dataset is not copied out of it: its staging
table gets the key and becomes the dataset's table.
"""

from collections.abc import Sequence

from psycopg2 import sql

from apps.datashare.catalogue.models import DataField
from apps.datashare.pulls.contract import Contract

SCHEMA = "pulled"
TYPES = {
    DataField.Type.STRING: "text",
    DataField.Type.INTEGER: "bigint",
    DataField.Type.NUMBER: "numeric",
    DataField.Type.DATE: "date",
    DataField.Type.DATETIME: "timestamptz",
    DataField.Type.BOOLEAN: "boolean",
}
LANDED = ("_page", "_line", "_updated", "_print")
SAME = ("_print", "_page", "_line")
LINEAGE = """_run bigint NOT NULL, _page integer NOT NULL, _line bigint NOT NULL,
             _updated timestamptz, _print bigint, _gone timestamptz"""


def held(dataset_id: int) -> sql.Identifier:
    """The table with the rows of a dataset."""
    return sql.Identifier(SCHEMA, f"d{dataset_id}")


def staging(run_id: int) -> sql.Identifier:
    """The table a run's good rows land in. Unless it is to become the dataset's own it is unlogged: empty after a
    crash of the server."""
    return sql.Identifier(SCHEMA, f"s{run_id}")


def same(run_id: int) -> sql.Identifier:
    """Which held rows a run brought again as they are: fingerprint, page, line."""
    return sql.Identifier(SCHEMA, f"s{run_id}_same")


def names(columns: Sequence[str], alias: str = "") -> sql.Composable:
    """Column names, joined by commas, each under an alias if given."""
    parts = (sql.Identifier(alias, name) if alias else sql.Identifier(name) for name in columns)
    return sql.SQL(", ").join(parts)


def same_key(contract: Contract, left: str, right: str) -> sql.Composable:
    """Two aliases have the same key."""
    return sql.SQL(" AND ").join(
        sql.SQL("{} = {}").format(sql.Identifier(left, name), sql.Identifier(right, name)) for name in contract.keys
    )


def key_text(contract: Contract, alias: str) -> sql.Composable:
    """The key as the quarantine writes it."""
    parts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(alias, name)) for name in contract.keys)
    return sql.SQL("concat_ws(E'\\x1f', {})").format(parts)


def make_staging(cursor, run_id: int, contract: Contract) -> None:
    """Make the staging tables of a run, empty."""
    drop_staging(cursor, run_id)
    cursor.execute(
        sql.SQL("CREATE {} TABLE {} ({}, {})").format(
            sql.SQL("" if is_empty(cursor, contract) else "UNLOGGED"),
            staging(run_id),
            _columns(contract),
            sql.SQL(LINEAGE),
        )
    )
    cursor.execute(sql.SQL("ALTER TABLE {} ALTER _run SET DEFAULT {}").format(staging(run_id), sql.Literal(run_id)))
    cursor.execute(
        sql.SQL("CREATE UNLOGGED TABLE {} (_print bigint, _page integer, _line bigint)").format(same(run_id))
    )


def drop_staging(cursor, run_id: int) -> None:
    """Take away what a run has staged."""
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}, {}").format(staging(run_id), same(run_id)))


def adopt(cursor, run_id: int, contract: Contract) -> None:
    """The staging table of a dataset's first rows becomes its table: nothing is written twice, and the index of the
    key is built at once instead of row by row."""
    table, name = staging(run_id), f"d{contract.dataset_id}"
    cursor.execute(
        sql.SQL("ALTER TABLE {} ALTER _run DROP DEFAULT, ADD CONSTRAINT {} PRIMARY KEY ({})").format(
            table, sql.Identifier(f"{name}_key_of_{run_id}"), names(contract.keys)
        )
    )
    cursor.execute(sql.SQL("DROP TABLE {}").format(held(contract.dataset_id)))
    cursor.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(table, sql.Identifier(name)))
    _equip(cursor, contract)


def stands(cursor, run_id: int) -> bool:
    """Whether the staging table of a run exists."""
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{SCHEMA}.s{run_id}"])
    return cursor.fetchone()[0]


def make_held(cursor, contract: Contract) -> None:
    """Make the table of a dataset, or add what a new version of its contract has more.

    A field that is no longer in the contract keeps its column and its old values. A changed type is
    converted where PostgreSQL can; else the statement fails and nothing is changed.
    """
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{SCHEMA}.d{contract.dataset_id}"])
    if not cursor.fetchone()[0]:
        cursor.execute(
            sql.SQL("CREATE TABLE {} ({}, {}, PRIMARY KEY ({}))").format(
                held(contract.dataset_id), _columns(contract), sql.SQL(LINEAGE), names(contract.keys)
            )
        )
        _equip(cursor, contract)
        return
    cursor.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [f"{SCHEMA}.d{contract.dataset_id}"],
    )
    present = {name: kind.replace("timestamp with time zone", "timestamptz") for name, kind in cursor.fetchall()}
    for name, wanted in [*((term.name, TYPES[term.type]) for term in contract.terms), ("_print", "bigint")]:
        column, kind = sql.Identifier(name), sql.SQL(wanted)
        if name not in present:
            change = sql.SQL("ADD COLUMN {} {}").format(column, kind)
        elif present[name] != wanted:
            change = sql.SQL("ALTER COLUMN {0} TYPE {1} USING {0}::text::{1}").format(column, kind)
        else:
            continue
        cursor.execute(sql.SQL("ALTER TABLE {} {}").format(held(contract.dataset_id), change))
    _equip(cursor, contract)


def is_empty(cursor, contract: Contract) -> bool:
    """Whether a dataset's table never had a row."""
    cursor.execute(sql.SQL("SELECT NOT EXISTS (SELECT FROM {})").format(held(contract.dataset_id)))
    return cursor.fetchone()[0]


def count_held(cursor, contract: Contract) -> int:
    """How many rows a dataset has that are not gone."""
    cursor.execute(sql.SQL("SELECT count(*) FROM {} WHERE _gone IS NULL").format(held(contract.dataset_id)))
    return cursor.fetchone()[0]


def _equip(cursor, contract: Contract) -> None:
    """What a dataset's table has besides its columns: the trigger, and an index on each field that names a party, so
    that the rows about one are found without reading the others."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'forget_print')",
        [f"{SCHEMA}.d{contract.dataset_id}"],
    )
    if not cursor.fetchone()[0]:
        cursor.execute(
            sql.SQL(
                "CREATE TRIGGER forget_print BEFORE UPDATE ON {} FOR EACH ROW WHEN (NEW._run = OLD._run)"
                " EXECUTE FUNCTION {}()"
            ).format(held(contract.dataset_id), sql.Identifier(SCHEMA, "forget_print"))
        )
    cursor.execute(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
        " WHERE i.indrelid = %s::regclass",
        [f"{SCHEMA}.d{contract.dataset_id}"],
    )
    present = {name for (name,) in cursor.fetchall()}
    for name in contract.parties:
        if name not in present:
            cursor.execute(sql.SQL("CREATE INDEX ON {} ({})").format(held(contract.dataset_id), sql.Identifier(name)))


def _columns(contract: Contract) -> sql.Composable:
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(term.name), sql.SQL(TYPES[term.type])) for term in contract.terms
    )
