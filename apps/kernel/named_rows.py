"""What a row names is there: asked once a statement, for tables that are written in sets (for migrations).

A foreign key of PostgreSQL asks for each row by itself, at the commit, and writes a lock on what it finds: where fifty
thousand rows were written together this was a third of all the work. Here the rows of a statement are asked
together. It holds as a key does, in one of two ways: what is named never goes (a charge, a levy), or whoever names it
holds it until the end of the transaction, and it cannot go while something names it (a payer).
"""

from collections.abc import Sequence

from django.db import migrations


def keys(
    table: str, columns: Sequence[str], of: str, named: Sequence[str] = ("id",), *, stays: bool, alone: bool = False
) -> migrations.RunSQL:
    """``columns`` of ``table`` name a row of ``of`` by its columns ``named``, or are empty.

    ``stays``: rows of ``of`` never go (:func:`stay`), so nobody has to be kept from taking one away.
    ``alone``: each row names another one, so it does not help to ask for each of them once.
    """
    function = _name(table, columns)
    held = "OFFSET 0" if stays else "FOR KEY SHARE"  # either makes it a look by index, whatever number was planned for
    match = " AND ".join(f"k.{key} = w.{column}" for key, column in zip(named, columns, strict=True))
    given = " AND ".join(f"w.{column} IS NOT NULL" for column in columns)
    listed = ", ".join(columns)
    asked = f"SELECT {'' if alone else 'DISTINCT '}{listed} FROM written"  # noqa: S608 - names of our own tables
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    create = f"""
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_LEVEL = 'STATEMENT' THEN
        PERFORM FROM ({asked}) w
        WHERE {given} AND NOT EXISTS (SELECT FROM {of} k WHERE {match} {held});
    ELSE
        PERFORM FROM (SELECT NEW.*) w WHERE {given} AND NOT EXISTS (SELECT FROM {of} k WHERE {match} {held});
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION '{table} names what is not in {of}'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{function}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {function} AFTER INSERT ON {table} REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION {function}();
CREATE TRIGGER {function}_again BEFORE UPDATE OF {listed} ON {table}
    FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {function}();
"""  # noqa: S608 - names of our own tables
    drop = f"DROP FUNCTION {function} CASCADE;"
    if not stays:
        renamed = _renamed(named)
        naming = " AND ".join(f"{column} = OLD.{key}" for key, column in zip(named, columns, strict=True))
        create += f"""
CREATE FUNCTION {function}_still() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM {table} WHERE {naming} LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '{table} still names a row of {of}'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{function}_still';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER {function}_gone AFTER DELETE ON {of}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {function}_still();
CREATE CONSTRAINT TRIGGER {function}_renamed AFTER UPDATE OF {", ".join(named)} ON {of}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({renamed}) EXECUTE FUNCTION {function}_still();
"""
        drop += f"DROP FUNCTION {function}_still CASCADE;"
    return migrations.RunSQL(create, drop)


def stay(table: str, named: Sequence[str] = ("id",)) -> migrations.RunSQL:
    """Rows of ``table`` are never taken away, and never called by another name."""
    changed = _renamed(named)
    create = f"""
CREATE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of {table} stays as it is'
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{table}_stay';
END $$;
CREATE TRIGGER stays BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stay();
CREATE TRIGGER keeps_its_name BEFORE UPDATE OF {", ".join(named)} ON {table}
    FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {table}_stay();
"""
    return migrations.RunSQL(create, f"DROP FUNCTION {table}_stay CASCADE;")


def _renamed(named: Sequence[str]) -> str:
    return " OR ".join(f"NEW.{key} <> OLD.{key}" for key in named)


def _name(table: str, columns: Sequence[str]) -> str:
    return f"{table}_{'_'.join(column.removesuffix('_id') for column in columns)}_known"
