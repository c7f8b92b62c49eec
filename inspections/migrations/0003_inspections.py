"""Inspections before the visit: sections by department, inspectors, approval."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import institutions.models.institution


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("inspections", "0002_released_never_changes"),
        ("institutions", "0002_published_issues_are_frozen"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=institutions.models.institution.new_public_id,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="检查编码",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("routine", "日常检查"),
                            ("special", "专项检查"),
                            ("complaint", "投诉举报"),
                            ("assigned", "转办交办"),
                            ("random", "双随机"),
                            ("again", "复查"),
                        ],
                        max_length=10,
                        verbose_name="任务来源",
                    ),
                ),
                (
                    "manner",
                    models.CharField(
                        choices=[("on_site", "现场检查"), ("written", "书面检查")],
                        default="on_site",
                        max_length=10,
                        verbose_name="检查方式",
                    ),
                ),
                ("planned_on", models.DateField(verbose_name="检查日期")),
                ("scope", models.CharField(max_length=1000, verbose_name="检查事项")),
                ("is_urgent", models.BooleanField(default=False, verbose_name="紧急检查")),
                (
                    "urgent_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="紧急情况说明"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "拟定"),
                            ("waiting", "待批"),
                            ("approved", "已批准"),
                            ("cancelled", "已取消"),
                        ],
                        default="planned",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("planned_at", models.DateTimeField(editable=False)),
                ("cancelled_at", models.DateTimeField(editable=False, null=True)),
                (
                    "cancelled_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="取消理由"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checklist",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.checklist",
                        verbose_name="检查表",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="institutions.institution",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="牵头执法主体",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="inspections.inspection",
                    ),
                ),
                (
                    "organiser",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="组织单位",
                    ),
                ),
                (
                    "planned",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="inspections.plannedinspection",
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="institutions.unlicensedsite",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查",
                "ordering": ("-planned_on", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="审批编号")),
                (
                    "notice_number",
                    models.CharField(
                        blank=True, max_length=60, null=True, unique=True, verbose_name="通知书编号"
                    ),
                ),
                ("asked_at", models.DateTimeField(editable=False)),
                (
                    "asked_words",
                    models.CharField(blank=True, max_length=300, verbose_name="承办人意见"),
                ),
                (
                    "exception",
                    models.CharField(blank=True, max_length=300, verbose_name="超频次理由"),
                ),
                (
                    "completion_due_on",
                    models.DateField(editable=False, null=True, verbose_name="补办期限"),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "同意"), ("sent_back", "退回")],
                        max_length=10,
                        verbose_name="审批意见",
                    ),
                ),
                (
                    "decided_words",
                    models.CharField(blank=True, max_length=300, verbose_name="审批说明"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="执法主体",
                    ),
                ),
                (
                    "inspection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approval",
                        to="inspections.inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查审批",
                "ordering": ("-asked_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="执法主体",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="inspections.inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "部门检查项",
                "ordering": ("department__sort_order", "department__code"),
            },
        ),
        migrations.CreateModel(
            name="Inspector",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "certificate_no",
                    models.CharField(
                        blank=True, editable=False, max_length=40, verbose_name="执法证号"
                    ),
                ),
                ("is_recused", models.BooleanField(default=False, verbose_name="回避")),
                ("left_at", models.DateTimeField(editable=False, null=True)),
                (
                    "left_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="理由"
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inspectors",
                        to="inspections.inspection",
                    ),
                ),
                (
                    "left_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="检查人员",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inspectors",
                        to="inspections.section",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查人员",
                "ordering": ("section__department__sort_order", "pk"),
            },
        ),
        migrations.AddIndex(
            model_name="inspection",
            index=models.Index(fields=["-planned_on", "-id"], name="inspections_by_day"),
        ),
        migrations.AddIndex(
            model_name="inspection",
            index=models.Index(
                fields=["institution", "planned_on"], name="inspections_by_institution"
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("institution__isnull", True), ("site__isnull", True), _connector="XOR"
                ),
                name="inspections_of_an_institution_or_a_site",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_urgent", False),
                    models.Q(("urgent_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="inspections_urgent_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "cancelled"), _negated=True),
                    ("cancelled_at__isnull", False),
                    _connector="XOR",
                ),
                name="inspections_cancelled_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True), ("state", "cancelled"), _connector="OR"
                ),
                name="inspections_merged_is_cancelled",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_at__isnull", False), ("asked_by__isnull", False)),
                    models.Q(("asked_at__isnull", True), ("asked_by__isnull", True)),
                    _connector="OR",
                ),
                name="inspections_approval_asked_at_and_asked_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                    _connector="OR",
                ),
                name="inspections_approval_decided_at_and_decided_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_at__isnull", True),
                    models.Q(("outcome", ""), _negated=True),
                    _connector="XOR",
                ),
                name="inspections_decided_with_an_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="inspections_nobody_approves_the_own_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="section",
            constraint=models.UniqueConstraint(
                fields=("inspection", "department"), name="inspections_one_section_a_department"
            ),
        ),
        migrations.AddConstraint(
            model_name="inspector",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at__isnull", False), ("left_by__isnull", False)),
                    models.Q(("left_at__isnull", True), ("left_by__isnull", True)),
                    _connector="OR",
                ),
                name="inspections_inspector_left_at_and_left_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspector",
            constraint=models.UniqueConstraint(
                fields=("inspection", "user"), name="inspections_a_person_once_an_inspection"
            ),
        ),
        migrations.AddConstraint(
            model_name="inspector",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_recused", False), ("left_at__isnull", False), _connector="OR"
                ),
                name="inspections_recused_has_left",
            ),
        ),
    ]
