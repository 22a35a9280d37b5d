"""Who works where is kept by each process; a change marks it."""

from django.db import migrations

from apps.kernel.kept.schema import watch


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_tables"), ("kept", "0001_initial")]
    operations = [watch("offices", "parties_office", "parties_membership")]
