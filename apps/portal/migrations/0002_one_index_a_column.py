"""Drops the second index of text columns that older tables still have (``taxportal.database`` makes none)."""

from django.db import migrations

DROP = """
    DO $$
    DECLARE name text;
    BEGIN
        FOR name IN SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_opclass c ON c.oid = i.indclass[0]
                     WHERE c.opcname IN ('varchar_pattern_ops', 'text_pattern_ops') AND i.indnatts = 1
                       AND indexrelid::regclass::text LIKE '%_like'
        LOOP
            EXECUTE 'DROP INDEX ' || name;
        END LOOP;
    END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_tables")]
    operations = [migrations.RunSQL(DROP, migrations.RunSQL.noop)]
