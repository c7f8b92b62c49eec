"""A photo is kept when it has arrived; the copy that pages show is made afterwards."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("attachments", "0002_evidence")]

    operations = [
        migrations.AlterField(
            model_name="evidence",
            name="shown",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="attachments.attachment",
                verbose_name="网页用副本",
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(
                condition=models.Q(shown__isnull=True),
                fields=["id"],
                name="attachments_without_a_copy",
            ),
        ),
    ]
