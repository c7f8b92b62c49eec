"""A visit says what the place is to prepare, which stood in the code, and who assists without enforcing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("inspections", "0004_two_inspectors_of_subjects"),)

    operations = (
        migrations.AddField(
            model_name="inspection",
            name="assistants",
            field=models.CharField("协助人员", max_length=100, blank=True),
        ),
        migrations.AddField(
            model_name="inspection",
            name="to_prepare",
            field=models.CharField(
                "请准备的材料",
                max_length=300,
                blank=True,
                default="办学许可证、营业执照（民办非企业单位登记证书）和与检查事项有关的材料",
            ),
        ),
    )
