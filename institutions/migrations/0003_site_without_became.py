from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0002_institution_import_run"),
    ]

    operations = [
        migrations.RemoveField(model_name="unlicensedsite", name="became"),
    ]
