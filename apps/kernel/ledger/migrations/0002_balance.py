"""The triggers that keep the books in balance and unchanged."""

from django.db import migrations

from apps.kernel.ledger import schema


class Migration(migrations.Migration):
    replaces = [("ledger", "0002_books_hold"), ("ledger", "0003_collected_by_others")]
    dependencies = [("ledger", "0001_tables")]

    operations = [migrations.RunSQL(schema.CREATE, schema.DROP)]
