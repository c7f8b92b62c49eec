"""A series counts by itself, through all years; how a number looks is the page's business."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_counts(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    counters = apps.get_model("numbering", "Counter").objects.filter(year=0)
    for counter in counters.select_related("series"):
        counter.series.last = counter.last
        counter.series.save(update_fields=["last"])


class Migration(migrations.Migration):
    dependencies = [("numbering", "0001_initial")]

    operations = [
        migrations.AddField(
            "series", "last", models.PositiveIntegerField(default=0, verbose_name="最近编号")
        ),
        migrations.RunPython(keep_counts, migrations.RunPython.noop),
        migrations.DeleteModel("Counter"),
        migrations.RemoveField("series", "name"),
        migrations.RemoveField("series", "pattern"),
    ]
