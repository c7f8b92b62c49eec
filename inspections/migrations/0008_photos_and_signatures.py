"""What a visit has in its hands: photos, and who has signed or would not."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("attachments", "0002_evidence"),
        ("inspections", "0007_visit_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Photo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("after", models.BooleanField(default=False, verbose_name="改正后")),
                ("taken_at", models.DateTimeField(editable=False)),
                ("received_at", models.DateTimeField(editable=False)),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                (
                    "withdrawn_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="撤回理由"
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
                    "evidence",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="attachments.evidence",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="inspections.finding",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="inspections.inspection",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.checklistitem",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="inspections.section",
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
                "verbose_name": "照片",
                "ordering": ("taken_at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("after", False), ("finding__isnull", False), _connector="OR"
                        ),
                        name="inspections_only_a_finding_has_an_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("item__isnull", True), ("finding__isnull", True), _connector="OR"
                        ),
                        name="inspections_a_photo_beside_one_thing",
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
                        name="inspections_photo_withdrawn_at_and_withdrawn_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="XOR",
                        ),
                        name="inspections_photo_withdrawn_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("site", "现场负责人"),
                            ("witness", "见证人"),
                            ("officer", "检查人员"),
                        ],
                        max_length=8,
                        verbose_name="签名人",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="姓名")),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("on_paper", models.BooleanField(default=False, verbose_name="签在纸质表上")),
                ("refused", models.CharField(blank=True, max_length=300, verbose_name="拒签理由")),
                ("witness", models.CharField(blank=True, max_length=60, verbose_name="拒签见证人")),
                ("signed_at", models.DateTimeField(editable=False)),
                ("received_at", models.DateTimeField(editable=False)),
                ("replaced_at", models.DateTimeField(editable=False, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evidence",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="attachments.evidence",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="inspections.inspection",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.section",
                    ),
                ),
            ],
            options={
                "verbose_name": "签名",
                "ordering": ("signed_at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("evidence__isnull", False), ("on_paper", False), ("refused", "")
                            ),
                            models.Q(
                                ("evidence__isnull", True), ("on_paper", True), ("refused", "")
                            ),
                            models.Q(
                                ("evidence__isnull", True),
                                ("on_paper", False),
                                models.Q(("refused", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="inspections_signed_on_paper_or_refused",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("refused", ""), ("witness", "")),
                            models.Q(
                                ("role", "site"),
                                models.Q(("refused", ""), _negated=True),
                                models.Q(("witness", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="inspections_the_site_refuses_before_a_witness",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("refused", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inspections_who_signs_has_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role", "officer"), ("section__isnull", True), _connector="XOR"
                        ),
                        name="inspections_an_officer_signs_for_a_section",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True), ("role", "site")),
                        fields=("inspection",),
                        name="inspections_one_signature_of_the_site",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True), ("role", "officer")),
                        fields=("inspection", "by"),
                        name="inspections_one_signature_an_officer",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True), ("role", "witness")),
                        fields=("inspection", "name"),
                        name="inspections_one_signature_a_witness",
                    ),
                ],
            },
        ),
    ]
