"""The record of a concluded visit has a number of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("inspections", "0008_photos_and_signatures"),)

    operations = (
        migrations.AddField(
            model_name="inspection",
            name="record_number",
            field=models.CharField(
                "笔录编号", max_length=60, unique=True, null=True, blank=True, editable=False
            ),
        ),
    )
