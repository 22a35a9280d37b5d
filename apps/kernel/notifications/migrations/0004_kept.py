"""The wording of letters is kept by each process; a change marks it."""

from django.db import migrations

from apps.kernel.kept.schema import watch


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_mail_to_an_address"), ("kept", "0001_initial")]
    operations = [watch("wording", "notifications_messagetemplate")]
