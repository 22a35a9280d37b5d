"""Case numbers come from a sequence; history is append-only in the database itself."""

from django.db import migrations

APPEND_ONLY = """
CREATE SEQUENCE casework_case_number;

CREATE FUNCTION casework_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'casework_step is append-only';
END $$;

CREATE TRIGGER step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON casework_step
    FOR EACH STATEMENT EXECUTE FUNCTION casework_append_only();
"""

REVERSE = """
DROP TRIGGER step_append_only ON casework_step;
DROP FUNCTION casework_append_only();
DROP SEQUENCE casework_case_number;
"""


class Migration(migrations.Migration):
    replaces = [("casework", "0002_numbers_and_history"), ("casework", "0005_clock_units")]
    dependencies = [("casework", "0001_tables")]
    operations = [migrations.RunSQL(APPEND_ONLY, REVERSE)]
