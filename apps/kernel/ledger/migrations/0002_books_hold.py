"""The triggers that keep the books in balance and unchanged."""

from django.db import migrations

from apps.kernel.ledger import schema


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(schema.CREATE, schema.DROP)]
