"""Fee sources are kept packed and their beginning is told once; indexes nobody reads are gone."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from apps.collaboration.fees import packing
from apps.kernel.ledger import schema

# That a source came, and was billed at once, stands on the source and its delivery.
TOLD_ONCE = """
DELETE FROM collaboration_sourceevent e WHERE e.kind = 'delivered' OR e.kind = 'billed' AND NOT EXISTS (
    SELECT FROM collaboration_sourceevent u WHERE u.source_id = e.source_id AND u.kind = 'unmatched');
"""

# A source is of a delivery of its own office: one key says what two said apart.
OF_ITS_OFFICE = """
ALTER TABLE collaboration_feesource ADD CONSTRAINT fee_source_delivery FOREIGN KEY (delivery_id, office_id)
    REFERENCES collaboration_feedelivery (id, office_id) DEFERRABLE INITIALLY DEFERRED;
"""


def pack(apps, _schema):
    """The rows as they came, packed."""
    deliveries = apps.get_model("collaboration", "FeeDelivery").objects
    for delivery in deliveries.only("rows").iterator(chunk_size=10):
        content, count = packing.pack(delivery.rows), len(delivery.rows)
        deliveries.filter(pk=delivery.pk).update(content=content, count=count)


class Migration(migrations.Migration):

    dependencies = [
        ('collaboration', '0007_day_of_the_document'),
        ('ledger', '0003_one_entry_for_a_set'),
        ('parties', '0002_kept'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='feesource',
            name='fee_source_day',
        ),
        migrations.AddField(
            model_name='feedelivery',
            name='content',
            field=models.BinaryField(default=b'', verbose_name='来件'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='feedelivery',
            name='count',
            field=models.PositiveIntegerField(default=0, verbose_name='笔数'),
            preserve_default=False,
        ),
        migrations.RunPython(pack),
        migrations.RemoveField(
            model_name='feedelivery',
            name='rows',
        ),
        migrations.RunSQL(TOLD_ONCE, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='feesource',
            name='levy',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.levy', verbose_name='征收项目'),
        ),
        migrations.AddIndex(
            model_name='feesource',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['delivered_on'], name='fee_source_day', pages_per_range=32),
        ),
        migrations.RemoveConstraint(
            model_name='feesource',
            name='fee_source_billed',
        ),
        migrations.RemoveIndex(
            model_name='feesource',
            name='fee_source_party',
        ),
        migrations.RemoveField(
            model_name='feesource',
            name='party',
        ),
        migrations.AlterField(
            model_name='feesource',
            name='delivery',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='collaboration.feedelivery', verbose_name='批次'),
        ),
        migrations.AlterField(
            model_name='feesource',
            name='office',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.office', verbose_name='费源部门'),
        ),
        migrations.AddConstraint(
            model_name='feedelivery',
            constraint=models.UniqueConstraint(fields=('id', 'office'), name='fee_delivery_of_office'),
        ),
        migrations.AddConstraint(
            model_name='feesource',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('charge__isnull', False), ('state', 'billed')), models.Q(('charge__isnull', True), ('state__in', ['unmatched', 'returned'])), models.Q(('amount', 0), ('state', 'withdrawn')), _connector='OR'), name='fee_source_billed'),
        ),
        migrations.RunSQL(
            schema.levies_known("collaboration_feesource"),
            "DROP TRIGGER levies_known ON collaboration_feesource; DROP TRIGGER levy_stays ON collaboration_feesource;",
        ),
        migrations.RunSQL(OF_ITS_OFFICE, "ALTER TABLE collaboration_feesource DROP CONSTRAINT fee_source_delivery;"),
    ]
