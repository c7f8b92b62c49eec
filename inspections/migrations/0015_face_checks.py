"""Who has looked for faces of minors in a photo, and the copy in which they are covered."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("attachments", "0003_copies_made_later"),
        ("inspections", "0014_where_the_phone_was"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FaceCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "areas",
                    models.JSONField(default=list, editable=False, verbose_name="遮挡的位置"),
                ),
                ("at", models.DateTimeField(editable=False)),
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
                    "copy",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="attachments.attachment",
                        verbose_name="遮挡副本",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="face_checks",
                        to="inspections.photo",
                    ),
                ),
            ],
            options={
                "verbose_name": "人脸核对",
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("areas", []), ("copy__isnull", False), _connector="XOR"
                        ),
                        name="inspections_a_copy_where_something_is_covered",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("photo",),
                        name="inspections_one_face_check_a_photo",
                    ),
                ],
            },
        ),
    ]
