"""The database remembers how far the heads of the trail were carried out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="LastExport",
            fields=[
                (
                    "only",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("last", models.BigIntegerField(verbose_name="已导出到第几条")),
                ("at", models.DateTimeField(verbose_name="导出时间")),
            ],
            options={
                "verbose_name": "链头导出",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("only", 1)), name="audit_last_export_is_one_row"
                    )
                ],
            },
        ),
    ]
