"""A figure that nobody has set yet may stay empty: then there is no such limit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("law", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="limit",
            name="value",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="数值"),
        ),
    ]
