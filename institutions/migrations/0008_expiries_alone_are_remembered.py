from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What a change of state took off the list is told by the state itself; only the clock needs a memory."""

    dependencies = [("institutions", "0007_imported_rows")]

    operations = [
        migrations.RunSQL(
            "DELETE FROM institutions_removal WHERE cause <> 'expired'", migrations.RunSQL.noop
        ),
        migrations.RenameModel("Removal", "Expiry"),
        migrations.AlterField(
            "expiry",
            "institution",
            models.ForeignKey(
                on_delete=models.CASCADE,
                related_name="expiries",
                to="institutions.institution",
            ),
        ),
        migrations.RemoveField("expiry", "cause"),
        migrations.RemoveField("expiry", "words"),
        migrations.RemoveField("expiry", "since"),
        migrations.RemoveConstraint("expiry", "institutions_one_standing_removal"),
        migrations.AddConstraint(
            "expiry",
            models.UniqueConstraint(
                fields=["institution"],
                name="institutions_one_standing_expiry",
                condition=Q(ended_at=None),
            ),
        ),
        migrations.AlterModelOptions(
            "expiry", {"ordering": ("-made_at",), "verbose_name": "许可到期移出"}
        ),
    ]
