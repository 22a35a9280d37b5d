"""The tax a deferral is of is chosen from the list; what was typed is found there by name or code."""

import django.db.models.deletion
from django.db import migrations, models

# What the list does not have stays readable where the case was made.
CARRY = """
UPDATE services_deferral d SET levy_listed_id = l.code
  FROM ledger_levy l
 WHERE l.kind = 'tax' AND d.levy IN (l.name, l.name_en, l.code);
UPDATE services_deferral SET explanation = left(levy || E'\\n' || explanation, 2000)
 WHERE levy_listed_id IS NULL AND levy <> '';
"""


class Migration(migrations.Migration):
    dependencies = [("services", "0011_staff_work_at_a_workbench"), ("ledger", "0001_tables")]

    operations = [
        migrations.AddField(
            "deferral",
            "levy_listed",
            models.ForeignKey(
                limit_choices_to={"kind": "tax"},
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.levy",
                verbose_name="税种",
            ),
        ),
        migrations.RunSQL(CARRY, migrations.RunSQL.noop),
        migrations.RemoveField("deferral", "levy"),
        migrations.RenameField("deferral", "levy_listed", "levy"),
    ]
