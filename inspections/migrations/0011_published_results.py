"""Whether the result of a concluded visit is made public."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0010_receipts"),
        ("institutions", "0002_published_issues_are_frozen"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("visited_on", models.DateField(editable=False, verbose_name="检查日期")),
                ("kind", models.CharField(editable=False, max_length=20, verbose_name="检查类型")),
                (
                    "departments",
                    models.CharField(editable=False, max_length=1000, verbose_name="检查部门"),
                ),
                (
                    "result",
                    models.CharField(editable=False, max_length=200, verbose_name="检查结果"),
                ),
                ("due_on", models.DateField(editable=False, verbose_name="公示期限")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待拟定"),
                            ("proposed", "待审核"),
                            ("published", "已公示"),
                            ("withheld", "不公示"),
                            ("withdrawn", "已撤下"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("is_to_publish", models.BooleanField(default=True, verbose_name="公示")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="不公示理由")),
                ("proposed_at", models.DateTimeField(editable=False, null=True)),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                (
                    "withdrawn_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="撤下理由"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "inspection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosure",
                        to="inspections.inspection",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.institution",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "检查结果公示",
                "ordering": ("-visited_on", "-pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "published")),
                        fields=["institution", "-visited_on", "-id"],
                        name="inspections_published_results",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "proposed"))),
                        fields=["due_on"],
                        name="inspections_results_to_decide",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("proposed_at__isnull", False), ("proposed_by__isnull", False)
                            ),
                            models.Q(("proposed_at__isnull", True), ("proposed_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="inspections_disclosure_proposed_at_and_proposed_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="inspections_disclosure_decided_at_and_decided_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                            ),
                            models.Q(
                                ("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="inspections_disclosure_withdrawn_at_and_withdrawn_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "waiting"), ("proposed_at__isnull", False), _connector="XOR"
                        ),
                        name="inspections_disclosure_proposed_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("published", "withheld", "withdrawn")),
                            ("decided_at__isnull", True),
                            _connector="XOR",
                        ),
                        name="inspections_disclosure_decided_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_to_publish", True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inspections_withheld_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "withdrawn"),
                                ("withdrawn_at__isnull", False),
                                models.Q(("withdrawn_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "withdrawn"), _negated=True),
                                ("withdrawn_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="inspections_disclosure_withdrawn_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="inspections_nobody_decides_the_own_proposal",
                    ),
                ],
            },
        ),
    ]
