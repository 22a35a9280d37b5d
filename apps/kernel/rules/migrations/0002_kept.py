"""The law is kept by each process; a change marks it."""

from django.db import migrations

from apps.kernel.kept.schema import watch


class Migration(migrations.Migration):
    dependencies = [("rules", "0001_tables"), ("kept", "0001_initial")]
    operations = [watch("law", "rules_parameter", "rules_legaldocument")]
