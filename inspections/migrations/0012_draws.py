"""Random draws: the list, its recusals, what was drawn, and the visits that carry it out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_paper_word"),
        ("inspections", "0011_published_results"),
        ("institutions", "0002_published_issues_are_frozen"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
                ("place_count", models.PositiveSmallIntegerField(verbose_name="抽取机构数")),
                ("from_each", models.PositiveSmallIntegerField(verbose_name="每个部门检查人员数")),
                (
                    "redraw_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="重新抽取理由"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("fixed", "名单已固定"),
                            ("drawn", "已抽取"),
                            ("discarded", "已作废"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("prepared_at", models.DateTimeField(editable=False)),
                (
                    "seed_source",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="种子来源"
                    ),
                ),
                ("list_file", models.BinaryField()),
                (
                    "list_sha256",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="名单校验值"
                    ),
                ),
                ("fixed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "seed",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="种子"
                    ),
                ),
                (
                    "seed_witness",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="种子出处或见证人"
                    ),
                ),
                ("drawn_at", models.DateTimeField(editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "campaign",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="inspections.campaign",
                        verbose_name="专项行动",
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fixed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replacements",
                        to="inspections.draw",
                    ),
                ),
            ],
            options={
                "verbose_name": "双随机抽取",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="DrawInspector",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(editable=False, null=True, verbose_name="编号"),
                ),
                ("name", models.CharField(editable=False, max_length=100, verbose_name="检查人员")),
                (
                    "department_name",
                    models.CharField(editable=False, max_length=100, verbose_name="部门"),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inspectors",
                        to="inspections.draw",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "抽取名单中的检查人员",
                "ordering": (
                    "number",
                    "department__sort_order",
                    "department__code",
                    "user__username",
                ),
            },
        ),
        migrations.CreateModel(
            name="DrawnVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("turn", models.PositiveIntegerField(verbose_name="顺序")),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drawn",
                        to="inspections.draw",
                    ),
                ),
                (
                    "inspectors",
                    models.ManyToManyField(related_name="+", to="inspections.drawinspector"),
                ),
            ],
            options={
                "verbose_name": "抽取结果",
                "ordering": ("turn",),
            },
        ),
        migrations.AddField(
            model_name="inspection",
            name="drawn",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inspections",
                to="inspections.drawnvisit",
            ),
        ),
        migrations.CreateModel(
            name="DrawPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(editable=False, null=True, verbose_name="编号"),
                ),
                ("name", models.CharField(editable=False, max_length=200, verbose_name="机构")),
                ("town", models.CharField(editable=False, max_length=100, verbose_name="镇街")),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="inspections.draw",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽取名单中的机构",
                "ordering": ("number", "institution__sort_key", "pk"),
            },
        ),
        migrations.AddField(
            model_name="drawnvisit",
            name="place",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="drawn",
                to="inspections.drawplace",
            ),
        ),
        migrations.CreateModel(
            name="DrawRecusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=400, verbose_name="回避理由")),
                ("is_known", models.BooleanField(default=False, verbose_name="此前已回避")),
                (
                    "inspector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recusals",
                        to="inspections.drawinspector",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recusals",
                        to="inspections.drawplace",
                    ),
                ),
            ],
            options={
                "verbose_name": "回避",
                "ordering": ("place__number", "place__institution__sort_key", "inspector", "pk"),
            },
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fixed_at__isnull", False), ("fixed_by__isnull", False)),
                    models.Q(("fixed_at__isnull", True), ("fixed_by__isnull", True)),
                    _connector="OR",
                ),
                name="inspections_draw_fixed_at_and_fixed_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("drawn_at__isnull", False), ("drawn_by__isnull", False)),
                    models.Q(("drawn_at__isnull", True), ("drawn_by__isnull", True)),
                    _connector="OR",
                ),
                name="inspections_draw_drawn_at_and_drawn_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("fixed", "drawn")),
                    models.Q(("fixed_at__isnull", True), ("list_sha256", ""), ("seed_source", "")),
                    _connector="XOR",
                ),
                name="inspections_draw_fixed_with_a_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "drawn"),
                    models.Q(("drawn_at__isnull", True), ("seed", "")),
                    _connector="XOR",
                ),
                name="inspections_drawn_with_a_seed",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("drawn_at__isnull", True),
                    ("drawn_at__gt", models.F("fixed_at")),
                    _connector="OR",
                ),
                name="inspections_the_seed_comes_after_the_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces__isnull", True),
                    models.Q(("redraw_reason", ""), _negated=True),
                    _connector="XOR",
                ),
                name="inspections_drawn_again_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "discarded"), _negated=True),
                fields=("replaces",),
                name="inspections_a_draw_is_replaced_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawinspector",
            constraint=models.UniqueConstraint(
                fields=("draw", "user"), name="inspections_a_person_once_a_draw"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawinspector",
            constraint=models.UniqueConstraint(
                fields=("draw", "number"), name="inspections_a_persons_number_once_a_draw"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawplace",
            constraint=models.UniqueConstraint(
                fields=("draw", "institution"), name="inspections_an_institution_once_a_draw"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawplace",
            constraint=models.UniqueConstraint(
                fields=("draw", "number"), name="inspections_a_number_once_a_draw"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnvisit",
            constraint=models.UniqueConstraint(
                fields=("draw", "turn"), name="inspections_a_turn_once_a_draw"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawrecusal",
            constraint=models.UniqueConstraint(
                fields=("place", "inspector"), name="inspections_recused_once_a_place"
            ),
        ),
    ]
