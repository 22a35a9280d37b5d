"""A statement keeps its first day and the last day on which it was said again."""

import datetime as dt

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("facts", "0001_initial")]

    operations = [
        migrations.AddField(
            "provenance",
            "confirmed_on",
            models.DateField(default=dt.date(2026, 1, 1), verbose_name="最近一致日期"),
            preserve_default=False,
        ),
        migrations.RunSQL("UPDATE facts_provenance SET confirmed_on = as_of", migrations.RunSQL.noop),
        migrations.AddConstraint(
            "provenance",
            models.CheckConstraint(
                condition=models.Q(confirmed_on__gte=models.F("as_of")), name="facts_confirmed_later"
            ),
        ),
    ]
