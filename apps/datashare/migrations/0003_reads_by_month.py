"""Records of reads in a partition for each month; the rows that are there move with them."""

import django.db.models.deletion
from django.db import migrations, models

from apps.datashare.use import schema


def by_month(_apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        # A partitioned table is unique by (id, at): the export's reference is held by a trigger from now on.
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'datashare_dataexport'::regclass"
            " AND confrelid = 'datashare_dataaccess'::regclass"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE datashare_dataexport DROP CONSTRAINT "{name}"')
        for statements in schema.STATEMENTS:
            cursor.execute(statements)


class Migration(migrations.Migration):

    dependencies = [
        ('datashare', '0002_append_only'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(by_month)],
            state_operations=[
                migrations.AlterField(
                    model_name='dataexport',
                    name='access',
                    field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='export', to='datashare.dataaccess', verbose_name='查阅'),
                ),
            ],
        ),
    ]
