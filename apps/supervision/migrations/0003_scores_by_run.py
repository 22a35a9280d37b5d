"""Risk scores become a table partitioned by run: written without indexes, dropped as a whole (Art 32)."""

from django.db import migrations

# A run under way begins again: what it has written would not be in a table of its own.
_APART = """
    UPDATE supervision_riskrun SET last_party = 0, done = 0, found = 0, tally = '{}' WHERE state = 'running';
    ALTER TABLE supervision_riskscore RENAME TO supervision_riskscore_before;
    CREATE TABLE supervision_riskscore (LIKE supervision_riskscore_before) PARTITION BY LIST (run_id);
    DO $$
    DECLARE run bigint;
    BEGIN
        FOR run IN SELECT DISTINCT s.run_id FROM supervision_riskscore_before s
                     JOIN supervision_riskrun r ON r.id = s.run_id WHERE r.state <> 'running' LOOP
            EXECUTE format('CREATE TABLE supervision_riskscore_%s PARTITION OF supervision_riskscore FOR VALUES IN (%s)',
                           run, run);
            EXECUTE format('INSERT INTO supervision_riskscore SELECT * FROM supervision_riskscore_before'
                           ' WHERE run_id = %s', run);
        END LOOP;
    END $$;
    DROP TABLE supervision_riskscore_before;
    ALTER TABLE supervision_riskscore ADD CONSTRAINT supervision_riskscore_pkey PRIMARY KEY (run_id, party_id);
    CREATE INDEX risk_score_highest ON supervision_riskscore (run_id, score DESC, party_id);
"""
_TOGETHER = """
    ALTER TABLE supervision_riskscore RENAME TO supervision_riskscore_apart;
    CREATE TABLE supervision_riskscore (LIKE supervision_riskscore_apart);
    INSERT INTO supervision_riskscore SELECT * FROM supervision_riskscore_apart;
    DROP TABLE supervision_riskscore_apart;
    ALTER TABLE supervision_riskscore ADD CONSTRAINT supervision_riskscore_pkey PRIMARY KEY (run_id, party_id);
    CREATE INDEX risk_score_highest ON supervision_riskscore (run_id, score DESC, party_id);
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0002_recovery_key")]

    operations = [migrations.RunSQL(_APART, _TOGETHER)]
