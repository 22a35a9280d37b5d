"""The database side: a trigger that marks a family of rows as changed, for the migrations of their rooms."""

from django.db import migrations

# Statement triggers: bulk changes, plain SQL and TRUNCATE are marked like any other.
FUNCTION = """
CREATE FUNCTION kept_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kept_mark (family, value) VALUES (TG_ARGV[0], gen_random_uuid())
    ON CONFLICT (family) DO UPDATE SET value = EXCLUDED.value;
    RETURN NULL;
END $$;
"""


def watch(family: str, *tables: str) -> migrations.RunSQL:
    """Mark ``family`` whenever one of ``tables`` changes."""
    create = (
        f"CREATE TRIGGER kept_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION kept_changed('{family}');"
        for table in tables
    )
    drop = (f"DROP TRIGGER kept_changed ON {table};" for table in tables)
    first = ("INSERT INTO kept_mark (family, value) VALUES (%s, gen_random_uuid());", [family])
    return migrations.RunSQL([*create, first], [*drop])
