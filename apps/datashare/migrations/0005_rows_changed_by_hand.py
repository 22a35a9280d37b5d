"""A pulled row changed by anybody but a run loses its fingerprint, so the next delivery compares it (Art 16)."""

from django.db import migrations

FORGET = """
CREATE FUNCTION pulled.forget_print() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW._print := NULL;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("datashare", "0004_whom_a_row_is_about")]
    operations = [migrations.RunSQL(FORGET, "DROP FUNCTION pulled.forget_print() CASCADE")]
