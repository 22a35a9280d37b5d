"""A credit run knows when its present stage began: months lie between evaluating and publishing (Art 34)."""

from django.db import migrations, models
from django.db.models import F

from apps.kernel.workcalendar import clock


def with_the_run(apps, schema_editor):
    apps.get_model("supervision", "CreditRun").objects.update(stage_began=F("started_at"))


class Migration(migrations.Migration):
    dependencies = [("supervision", "0006_results_by_year")]

    operations = [
        migrations.AddField(
            model_name="creditrun",
            name="stage_began",
            field=models.DateTimeField(default=clock.now, editable=False),
        ),
        migrations.RunPython(with_the_run, migrations.RunPython.noop, elidable=True),
    ]
