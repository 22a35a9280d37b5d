"""What charges and postings name is asked once a statement."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from apps.kernel import named_rows


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_one_entry_for_a_set'),
        ('parties', '0002_kept'),
    ]

    operations = [
        migrations.AlterField(
            model_name='charge',
            name='party',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='parties.party', verbose_name='纳税人、缴费人'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account', verbose_name='科目'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='entry',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='ledger.journalentry', verbose_name='凭证'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='party',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='纳税人、缴费人'),
        ),
        migrations.AddIndex(
            model_name='allocation',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['at'], name='allocation_lately', pages_per_range=32),
        ),
        named_rows.stay("ledger_levy", ["code"]),
        named_rows.stay("ledger_account", ["code"]),
        named_rows.stay("ledger_charge"),
        named_rows.keys("ledger_charge", ["party_id"], "parties_party", stays=False),
        named_rows.keys("ledger_charge", ["levy_id"], "ledger_levy", ["code"], stays=True),
        named_rows.keys("ledger_posting", ["entry_id"], "ledger_journalentry", stays=True),  # append-only
        named_rows.keys("ledger_posting", ["account_id"], "ledger_account", ["code"], stays=True),
        named_rows.keys("ledger_posting", ["party_id"], "parties_party", stays=False),
    ]
