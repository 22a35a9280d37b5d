"""Between tests that commit: the database as the session found it, in milliseconds.

Django would truncate every table, once for each connection to the one database, and then build permissions, levies
and the rest again: seconds with some hundred tables. Here one call to the database empties the tables that hold rows,
and copies back from a schema beside what stood in them at the beginning, where it stands there no more.
"""

from django.db import connection, transaction

SCHEMA = "as_found"
TABLES = "relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"

# Foreign keys and the triggers that seal the evidence stand aside for this, as they do for no one else; but those that
# refuse deletion to everybody at all times do not, so their tables are truncated.
RESTORE = f"""
CREATE FUNCTION {SCHEMA}.restore() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $restore$
DECLARE
    found record;
    differs boolean;
BEGIN
    FOR found IN
        SELECT format('public.%I', relname) AS here, to_regclass(format('{SCHEMA}.%I', relname)) AS kept,
            EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgenabled = 'A') AS sealed
        FROM pg_class WHERE {TABLES}
    LOOP
        EXECUTE CASE WHEN found.kept IS NULL
            THEN format('SELECT EXISTS (SELECT FROM %s)', found.here)
            ELSE format('SELECT (SELECT count(*) FROM %1$s) <> (SELECT count(*) FROM %2$s)'
                ' OR EXISTS (TABLE %1$s EXCEPT TABLE %2$s)', found.here, found.kept)
        END INTO differs;
        CONTINUE WHEN NOT differs;
        EXECUTE format(CASE WHEN found.sealed THEN 'TRUNCATE %s' ELSE 'DELETE FROM %s' END, found.here);
        IF found.kept IS NOT NULL THEN
            EXECUTE format('INSERT INTO %s OVERRIDING SYSTEM VALUE TABLE %s', found.here, found.kept);
        END IF;
    END LOOP;
END
$restore$
"""


def keep() -> None:
    """Remember what every table holds now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        cursor.execute(f"SELECT quote_ident(relname) FROM pg_class WHERE {TABLES}")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT EXISTS (SELECT FROM public.{table})")
            if cursor.fetchone()[0]:
                cursor.execute(f"CREATE TABLE {SCHEMA}.{table} AS TABLE public.{table}")
        cursor.execute(RESTORE)


def restore(_test_case: object) -> None:
    """Take the place of ``TransactionTestCase._fixture_teardown``."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SCHEMA}.restore()")
