"""Visits that take place: when they began and ended, what was answered, chosen and found."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_paper_word"),
        ("inspections", "0005_what_to_prepare_and_who_assists"),
        ("institutions", "0002_published_issues_are_frozen"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(editable=False, unique=True)),
                (
                    "value",
                    models.CharField(
                        choices=[
                            ("met", "合格"),
                            ("not_met", "不合格"),
                            ("not_applicable", "不适用"),
                            ("not_looked_at", "未查"),
                        ],
                        max_length=14,
                        verbose_name="检查结果",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="情况说明")),
                ("answered_at", models.DateTimeField(editable=False)),
                ("received_at", models.DateTimeField(editable=False)),
            ],
            options={
                "verbose_name": "检查结果",
                "ordering": ("answered_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chosen_at", models.DateTimeField(editable=False)),
                ("reason", models.CharField(max_length=300, verbose_name="采信理由")),
            ],
            options={
                "verbose_name": "采信的检查结果",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(editable=False, unique=True)),
                ("fact", models.CharField(max_length=500, verbose_name="问题事实")),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "轻微"), (2, "一般"), (3, "较重"), (4, "严重")],
                        verbose_name="严重程度",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("on_the_spot", "立行立改"),
                            ("in_time", "限期整改"),
                            ("case", "立案或移送"),
                        ],
                        max_length=12,
                        verbose_name="整改方式",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="建议整改天数",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待整改"), ("closed", "已销号"), ("withdrawn", "已撤销")],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("found_at", models.DateTimeField(editable=False)),
                ("fixed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "fixed_words",
                    models.CharField(blank=True, max_length=300, verbose_name="当场改正情况"),
                ),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                (
                    "withdrawn_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="撤销理由"
                    ),
                ),
            ],
            options={
                "verbose_name": "问题",
                "ordering": ("item__area__code", "item__position", "pk"),
            },
        ),
        migrations.AddField(
            model_name="inspection",
            name="begun_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="开始时间"),
        ),
        migrations.AddField(
            model_name="inspection",
            name="begun_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="concluded_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="inspection",
            name="concluded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="conclusion",
            field=models.CharField(
                blank=True, editable=False, max_length=1000, verbose_name="检查结论"
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="ended_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="结束时间"),
        ),
        migrations.AddField(
            model_name="inspection",
            name="late_reason",
            field=models.CharField(
                blank=True, editable=False, max_length=300, verbose_name="补录理由"
            ),
        ),
        migrations.AlterField(
            model_name="inspection",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "拟定"),
                    ("waiting", "待批"),
                    ("approved", "已批准"),
                    ("running", "进行中"),
                    ("concluded", "已结论"),
                    ("cancelled", "已取消"),
                ],
                default="planned",
                editable=False,
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("begun_at__isnull", False), ("begun_by__isnull", False)),
                    models.Q(("begun_at__isnull", True), ("begun_by__isnull", True)),
                    _connector="OR",
                ),
                name="inspections_inspection_begun_at_and_begun_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("concluded_at__isnull", False), ("concluded_by__isnull", False)),
                    models.Q(("concluded_at__isnull", True), ("concluded_by__isnull", True)),
                    _connector="OR",
                ),
                name="inspections_inspection_concluded_at_and_concluded_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("concluded_at__isnull", False), ("ended_at__isnull", False)),
                    models.Q(("concluded_at__isnull", True), ("ended_at__isnull", True)),
                    _connector="OR",
                ),
                name="inspections_inspection_ended_at_and_concluded_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("running", "concluded")),
                    ("begun_at__isnull", True),
                    _connector="XOR",
                ),
                name="inspections_begun_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("concluded_at__isnull", False),
                        ("state", "concluded"),
                        models.Q(("conclusion", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "concluded"), _negated=True),
                        ("concluded_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="inspections_concluded_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True),
                    ("ended_at__gte", models.F("begun_at")),
                    _connector="OR",
                ),
                name="inspections_ends_after_it_began",
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="inspection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="inspections.inspection",
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inspections.checklistitem",
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="section",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="inspections.section",
            ),
        ),
        migrations.AddField(
            model_name="choice",
            name="answer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inspections.answer",
            ),
        ),
        migrations.AddField(
            model_name="choice",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="choice",
            name="inspection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="choices",
                to="inspections.inspection",
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="fixed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="found_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="inspection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="findings",
                to="inspections.inspection",
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="item",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inspections.checklistitem",
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="section",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="findings",
                to="inspections.section",
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("value", "not_looked_at"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="inspections_not_looked_at_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fixed_at__isnull", False), ("fixed_by__isnull", False)),
                    models.Q(("fixed_at__isnull", True), ("fixed_by__isnull", True)),
                    _connector="OR",
                ),
                name="inspections_finding_fixed_at_and_fixed_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                    _connector="OR",
                ),
                name="inspections_finding_withdrawn_at_and_withdrawn_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "withdrawn"), ("withdrawn_at__isnull", True), _connector="XOR"
                ),
                name="inspections_finding_withdrawn_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fixed_at__isnull", True),
                    models.Q(("mode", "on_the_spot"), models.Q(("state", "open"), _negated=True)),
                    _connector="OR",
                ),
                name="inspections_fixed_on_the_spot_is_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mode", "in_time"), _negated=True),
                    ("days__isnull", False),
                    _connector="OR",
                ),
                name="inspections_in_time_within_days",
            ),
        ),
    ]
