"""The wording of letters is kept by each process; a change marks it."""

from django.db import migrations

from apps.kernel.kept.schema import watch


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_tables"), ("kept", "0001_initial")]
    operations = [watch("wording", "notifications_messagetemplate")]
