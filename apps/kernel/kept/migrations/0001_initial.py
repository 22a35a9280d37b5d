"""The marks, and the function that sets them."""

from django.db import migrations, models

from apps.kernel.kept.schema import FUNCTION


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("family", models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="数据类别")),
                ("value", models.UUIDField(verbose_name="标记")),
            ],
            options={"verbose_name": "数据标记", "verbose_name_plural": "数据标记"},
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION kept_changed();"),
    ]
