"""A series may be one department's, of one year."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("numbering", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(
            name="series",
            options={"ordering": ("code", "subject", "year"), "verbose_name": "编号系列"},
        ),
        migrations.AlterField(
            model_name="series",
            name="code",
            field=models.SlugField(max_length=40, verbose_name="代码"),
        ),
        migrations.AddField(
            model_name="series",
            name="subject",
            field=models.SlugField(blank=True, default="", max_length=32, verbose_name="发文部门"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="series",
            name="year",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="年度"),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.UniqueConstraint(
                fields=("code", "subject", "year"),
                name="numbering_one_series_a_subject_and_year",
                nulls_distinct=False,
            ),
        ),
    ]
