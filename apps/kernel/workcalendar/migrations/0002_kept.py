"""The calendar is kept by each process; a change marks it."""

from django.db import migrations

from apps.kernel.kept.schema import watch


class Migration(migrations.Migration):
    dependencies = [("workcalendar", "0001_initial"), ("kept", "0001_initial")]
    operations = [watch("calendar", "workcalendar_calendaryear", "workcalendar_day")]
