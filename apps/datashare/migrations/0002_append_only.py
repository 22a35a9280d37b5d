"""Pulled rows have a schema of their own; what was read under a grant is written once."""

from django.db import migrations

# What was read, exported and done to a grant is written once: the database refuses edits and deletions.
APPEND_ONLY = """
CREATE FUNCTION datashare_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER access_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON datashare_dataaccess
    FOR EACH STATEMENT EXECUTE FUNCTION datashare_append_only();
CREATE TRIGGER export_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON datashare_dataexport
    FOR EACH STATEMENT EXECUTE FUNCTION datashare_append_only();
CREATE TRIGGER export_row_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON datashare_dataexportrow
    FOR EACH STATEMENT EXECUTE FUNCTION datashare_append_only();
CREATE TRIGGER grant_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON datashare_datagrantevent
    FOR EACH STATEMENT EXECUTE FUNCTION datashare_append_only();
"""
REVERSE = """
DROP TRIGGER access_append_only ON datashare_dataaccess;
DROP TRIGGER export_append_only ON datashare_dataexport;
DROP TRIGGER export_row_append_only ON datashare_dataexportrow;
DROP TRIGGER grant_event_append_only ON datashare_datagrantevent;
DROP FUNCTION datashare_append_only();
"""


class Migration(migrations.Migration):
    replaces = [("datashare", "0004_quality")]
    dependencies = [("datashare", "0001_tables")]
    operations = [
        # One table for each dataset, made from its contract.
        migrations.RunSQL("CREATE SCHEMA IF NOT EXISTS pulled", "DROP SCHEMA IF EXISTS pulled CASCADE"),
        migrations.RunSQL(APPEND_ONLY, REVERSE),
    ]
