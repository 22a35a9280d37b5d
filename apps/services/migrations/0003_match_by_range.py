"""Matches lie in one partition for each range of a pass, so a range is written by parallel workers and dropped whole.

What earlier passes found stays, as the partition of every pass until now.
"""

from django.db import migrations, models

FORWARD = """
    DO $$
    DECLARE last bigint := (SELECT coalesce(max(id), 0) FROM services_matchrun);
            old text := format('services_match_%s_0', last);
    BEGIN
        EXECUTE format('ALTER TABLE services_match RENAME TO %I', old);
        EXECUTE format('ALTER INDEX services_match_pkey RENAME TO %I', old || '_pkey');
        EXECUTE format('CREATE TABLE services_match (LIKE %I) PARTITION BY RANGE (run_id, party_id)', old);
        ALTER TABLE services_match ADD PRIMARY KEY (run_id, party_id);
        EXECUTE format('ALTER TABLE services_match ATTACH PARTITION %I FOR VALUES FROM (MINVALUE, MINVALUE)'
                       ' TO (%s, MINVALUE)', old, last + 1);
    END $$;
"""
BACKWARD = """
    ALTER TABLE services_match RENAME TO services_match_parts;
    ALTER INDEX services_match_pkey RENAME TO services_match_parts_pkey;
    CREATE TABLE services_match (LIKE services_match_parts);
    INSERT INTO services_match SELECT * FROM services_match_parts;
    ALTER TABLE services_match ADD PRIMARY KEY (run_id, party_id);
    DROP TABLE services_match_parts;
"""


class Migration(migrations.Migration):
    dependencies = [("services", "0002_invoice_serial")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddField(
            model_name="matchrun",
            name="reminded_upto",
            field=models.BigIntegerField(default=0, editable=False),
        ),
    ]
