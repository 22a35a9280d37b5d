"""Each answer to a complaint is rated by itself, and the lowest rating stays (Art 31)."""

import django.core.validators
from django.db import migrations, models
from django.db.models import F, Q


def from_the_only_one(apps, schema_editor):
    apps.get_model("supervision", "Complaint").objects.filter(rating__isnull=False).update(lowest_rating=F("rating"))


class Migration(migrations.Migration):
    dependencies = [("supervision", "0004_fast_lane")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="lowest_rating",
            field=models.PositiveSmallIntegerField(
                editable=False,
                help_text="再次答复后的好评不抵消之前的差评。",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(5),
                ],
                verbose_name="历次答复的最低满意度",
            ),
        ),
        migrations.RunPython(from_the_only_one, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("rating__isnull", True),
                    Q(("lowest_rating__isnull", False), ("lowest_rating__range", (1, F("rating")))),
                    _connector="OR",
                ),
                name="complaint_lowest_rating",
            ),
        ),
    ]
