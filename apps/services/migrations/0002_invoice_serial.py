"""Numbers of invoices come from a sequence."""

from django.db import migrations


class Migration(migrations.Migration):
    replaces = [("services", "0006_extensions")]
    dependencies = [("services", "0001_tables")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE services_invoice_serial", "DROP SEQUENCE services_invoice_serial"),
    ]
