from django.db import migrations, models
from django.db.models import F


def keep_for_both(apps, schema_editor):
    """What was checked on that day was the telephone and, where there was one, the mailbox."""
    rows = apps.get_model("accounts", "Department").objects.exclude(complaint_email="")
    rows.update(email_checked_on=F("phone_checked_on"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RenameField("department", "contact_checked_on", "phone_checked_on"),
        migrations.AddField(
            "department",
            "email_checked_on",
            models.DateField(blank=True, null=True, verbose_name="邮箱最近核对日期"),
        ),
        migrations.RunPython(keep_for_both, migrations.RunPython.noop),
    ]
