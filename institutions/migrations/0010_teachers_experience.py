from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("institutions", "0009_removed_rows")]
    operations = [
        migrations.AddField(
            "teacher",
            "experience",
            models.CharField(blank=True, default="", max_length=300, verbose_name="从教经历"),
            preserve_default=False,
        ),
    ]
