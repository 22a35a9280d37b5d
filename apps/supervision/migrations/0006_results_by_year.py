"""Yearly credit results become a table partitioned by year: written without indexes, which come at the end (Art 34)."""

import django.db.models.deletion
from django.db import migrations, models

# The indexes of a year's table are those that credit/results.py makes.
_APART = """
    ALTER TABLE supervision_credityear RENAME TO supervision_credityear_before;
    CREATE TABLE supervision_credityear (LIKE supervision_credityear_before INCLUDING CONSTRAINTS)
        PARTITION BY LIST (year);
    DO $$
    DECLARE one smallint;
    BEGIN
        FOR one IN SELECT DISTINCT year FROM supervision_credityear_before LOOP
            EXECUTE format('CREATE TABLE supervision_credityear_%1$s PARTITION OF supervision_credityear'
                           ' FOR VALUES IN (%1$s)', one);
            EXECUTE format('INSERT INTO supervision_credityear SELECT * FROM supervision_credityear_before'
                           ' WHERE year = %s', one);
            EXECUTE format('CREATE UNIQUE INDEX supervision_credityear_%1$s_party ON supervision_credityear_%1$s'
                           ' (party_id)', one);
            EXECUTE format('CREATE INDEX supervision_credityear_%1$s_level ON supervision_credityear_%1$s'
                           ' (level, party_id)', one);
        END LOOP;
    END $$;
    DROP TABLE supervision_credityear_before;
"""
_TOGETHER = """
    ALTER TABLE supervision_credityear RENAME TO supervision_credityear_apart;
    CREATE TABLE supervision_credityear (LIKE supervision_credityear_apart INCLUDING CONSTRAINTS);
    INSERT INTO supervision_credityear SELECT * FROM supervision_credityear_apart;
    DROP TABLE supervision_credityear_apart;
    ALTER TABLE supervision_credityear ADD CONSTRAINT supervision_credityear_pkey PRIMARY KEY (year, party_id);
    CREATE INDEX credit_year_level ON supervision_credityear (year, level, party_id);
    CREATE INDEX supervision_credityear_party ON supervision_credityear (party_id);
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0002_kept"), ("supervision", "0005_lowest_rating")]

    operations = [
        migrations.RunSQL(
            _APART,
            _TOGETHER,
            state_operations=[
                migrations.RemoveIndex(model_name="credityear", name="credit_year_level"),
                migrations.AlterField(
                    model_name="credityear",
                    name="party",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="parties.party",
                        verbose_name="纳税人、缴费人",
                    ),
                ),
            ],
        )
    ]
