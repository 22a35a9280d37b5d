"""What fee sources name is asked once a statement."""

import django.db.models.deletion
from django.db import migrations, models

from apps.kernel import named_rows
from apps.kernel.ledger import schema

OF_ITS_OFFICE = """
ALTER TABLE collaboration_feesource ADD CONSTRAINT fee_source_delivery FOREIGN KEY (delivery_id, office_id)
    REFERENCES collaboration_feedelivery (id, office_id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('collaboration', '0008_fees_in_sets'),
        ('ledger', '0004_keys_of_a_set'),
    ]

    operations = [
        # Filled at its end; read backwards for the newest.
        migrations.RemoveIndex(
            model_name='feesource',
            name='fee_source_office',
        ),
        migrations.AddIndex(
            model_name='feesource',
            index=models.Index(fields=['office', 'id'], name='fee_source_office'),
        ),
        migrations.AlterField(
            model_name='feesource',
            name='charge',
            field=models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.charge', verbose_name='应征费'),
        ),
        # What was made for levies alone, and last used here, is said by the keys of each table.
        migrations.RunSQL(
            schema.LEVIES_GO,
            schema.LEVIES_STAY + schema.levies_known("ledger_charge") + schema.levies_known("collaboration_feesource"),
        ),
        migrations.RunSQL("ALTER TABLE collaboration_feesource DROP CONSTRAINT fee_source_delivery;", OF_ITS_OFFICE),
        named_rows.keys("collaboration_feesource", ["levy_id"], "ledger_levy", ["code"], stays=True),
        named_rows.keys("collaboration_feesource", ["charge_id"], "ledger_charge", stays=True, alone=True),
        named_rows.keys(
            "collaboration_feesource",
            ["delivery_id", "office_id"],
            "collaboration_feedelivery",
            ["id", "office_id"],
            stays=False,  # one that was refused goes after its time
        ),
    ]
