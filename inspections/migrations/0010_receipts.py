"""What phones have sent, and what came under a number already taken."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0009_record_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        blank=True, editable=False, max_length=10, verbose_name="事项"
                    ),
                ),
                ("finding", models.UUIDField(db_index=True, editable=False, null=True)),
                ("text", models.TextField(editable=False, verbose_name="原文")),
                ("sha256", models.CharField(editable=False, max_length=64, verbose_name="校验值")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("done", "已办"),
                            ("early", "等待前一步"),
                            ("incomplete", "缺照片"),
                            ("conflict", "冲突"),
                            ("refused", "未接收"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("words", models.TextField(editable=False, verbose_name="说明")),
                ("answer", models.JSONField(editable=False)),
                ("received_at", models.DateTimeField(editable=False, verbose_name="送达时间")),
                ("answered_at", models.DateTimeField(editable=False, verbose_name="办理时间")),
                (
                    "phone_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="手机记录的时间"),
                ),
                (
                    "phone_sent_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="手机的发送时间"),
                ),
                ("phone_offset", models.BigIntegerField(editable=False, null=True)),
                (
                    "clock_is_wrong",
                    models.BooleanField(default=False, editable=False, verbose_name="手机时间不准"),
                ),
                (
                    "brought_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="inspections.inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "手机送达记录",
                "ordering": ("-received_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="OtherText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(editable=False, verbose_name="原文")),
                ("sha256", models.CharField(editable=False, max_length=64, verbose_name="校验值")),
                ("received_at", models.DateTimeField(editable=False, verbose_name="送达时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="others",
                        to="inspections.receipt",
                    ),
                ),
            ],
            options={
                "verbose_name": "同编号的另一份内容",
                "ordering": ("received_at", "pk"),
            },
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                condition=models.Q(
                    models.Q(("outcome", "done"), _negated=True),
                    ("clock_is_wrong", True),
                    _connector="OR",
                ),
                fields=["-received_at"],
                name="inspections_receipts_amiss",
            ),
        ),
        migrations.AddConstraint(
            model_name="othertext",
            constraint=models.UniqueConstraint(
                fields=("receipt", "by", "sha256"), name="inspections_an_other_text_once"
            ),
        ),
    ]
