"""Charges assessed together are one entry; what the books ask of each row is asked of a statement at once."""

import django.db.models.deletion
from django.db import migrations, models

from apps.kernel.ledger import schema


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_balance'),
        ('parties', '0002_kept'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='journalentry',
            name='entry_once_per_event',
        ),
        migrations.AlterField(
            model_name='charge',
            name='levy',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='ledger.levy', verbose_name='税费种'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='party',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='parties.party', verbose_name='纳税人、缴费人'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account', verbose_name='科目'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='party',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='纳税人、缴费人'),
        ),
        migrations.AddConstraint(
            model_name='journalentry',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['payment', 'refund'])), fields=('kind', 'about'), name='entry_once_per_event'),
        ),
        migrations.RunSQL(schema.POSTED_TOGETHER, schema.POSTED_ONE_BY_ONE),
        migrations.RunSQL(schema.ONLY_PAID_CHARGES, schema.EVERY_CHARGE),
        migrations.RunSQL(schema.LEVIES_STAY + schema.levies_known("ledger_charge"), schema.LEVIES_GO),
    ]
